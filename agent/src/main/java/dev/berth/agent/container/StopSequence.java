package dev.berth.agent.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * SIGTERM, grace, SIGKILL, proof. Not the engine's own stop, whose grace counts whole seconds and whose signal an image
 * may choose. Proof is the kernel's: no process in the container's control groups. Runs on the calling thread.
 */
final class StopSequence {
    private static final long POLL_NANOS = 2_000_000;

    private final EngineConnection engine;

    StopSequence(EngineConnection engine) {
        this.engine = engine;
    }

    void stop(ContainerState running, Duration grace) {
        String id = running.id();
        if (running.status() == ContainerState.Status.PAUSED) {
            signal(id, client -> client.unpauseContainerCmd(id).exec());
        }
        boolean ended = !grace.isZero()
                && signal(
                        id,
                        client -> client.killContainerCmd(id)
                                .withSignal("SIGTERM")
                                .exec())
                && awaitEnd(id, grace);
        if (!ended) {
            signal(
                    id,
                    client -> client.killContainerCmd(id).withSignal("SIGKILL").exec());
            if (!awaitEnd(id, engine.settings().killTimeout())) {
                throw unkillable(running, "the engine still shows it running");
            }
        }
        prove(running);
    }

    /** Waits until the kernel shows no process of the container; the engine alone is not believed. */
    void prove(ContainerState state) {
        long end = System.nanoTime() + engine.settings().killTimeout().toNanos();
        while (!Cgroups.empty(state.id())) {
            if (System.nanoTime() - end > 0) {
                throw unkillable(state, "processes are left in its control group");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new ContainerException(Kind.INTERRUPTED, "interrupted: stop container " + state.name());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Answers true also when there was nothing left to signal. */
    private boolean signal(String id, Consumer<DockerClient> call) {
        try {
            engine.call("signal container " + id, client -> {
                call.accept(client);
                return id;
            });
            return true;
        } catch (NotFoundException | ConflictException e) {
            // Gone, or it ended by itself meanwhile; the wait that follows tells.
            return true;
        } catch (DockerException e) {
            // Engines before 23 answer 500 for some of these races; again the wait tells.
            return true;
        }
    }

    private boolean awaitEnd(String id, Duration limit) {
        try (Deadline deadline = Deadline.in(engine.timer(), limit)) {
            try (DockerHttpClient.Response response =
                    engine.open("wait for container " + id, Method.POST, "/containers/" + id + "/wait", deadline)) {
                return engine.guarded("wait for container " + id, deadline, () -> {
                    try {
                        return response.getBody().readAllBytes().length > 0;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (NotFoundException e) {
                return true;
            } catch (DockerException e) {
                if (e.getHttpStatus() == 404) {
                    return true;
                }
                throw new ContainerException(
                        Kind.ENGINE_UNAVAILABLE,
                        "container " + id + " could not be waited for: " + EngineError.text(e),
                        e);
            } catch (ContainerException e) {
                if (deadline.fired()) {
                    return false;
                }
                throw e;
            }
        }
    }

    private static ContainerException unkillable(ContainerState state, String why) {
        return new ContainerException(
                Kind.UNKILLABLE,
                "container " + state.name() + " of pod " + state.podId() + " could not be killed: " + why
                        + "; look for processes in state D on the host, a reboot may be needed");
    }
}
