package dev.berth.agent.container;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.berth.agent.container.ContainerException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands in containers, as the engine knows them: makes and starts them, asks how they ended, sets the size of their
 * terminals and ends them. Any thread; calls block.
 */
final class Execs implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration END_IS_KNOWN_WITHIN = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 10_000_000;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NO_SUCH_PROGRAM = 127;

    private static final Logger log = LoggerFactory.getLogger(Execs.class);
    private static final long RETRY_NANOS = 500_000_000;
    private static final int SERVER_ERROR = 500;

    private final EngineConnection engine;
    private final Set<ExecStream> open = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    Execs(EngineConnection engine) {
        this.engine = engine;
    }

    /** Nothing of the container's policy is asked for otherwise: no user, no privileges, no variables. */
    ExecSession begin(ContainerState container, ExecPlan plan, ExecSink sink) {
        String what = what(container);
        boolean terminal = plan.terminal().isPresent();
        try (Deadline deadline = Deadline.in(engine.timer(), engine.settings().callTimeout())) {
            String id = engine.callOnce(
                    what,
                    client -> client.execCreateCmd(container.id())
                            .withCmd(plan.command().toArray(String[]::new))
                            .withAttachStdin(plan.stdin())
                            .withAttachStdout(true)
                            .withAttachStderr(true)
                            .withTty(terminal)
                            .withPrivileged(false)
                            .exec()
                            .getId());
            return start(container, id, plan, sink, deadline);
        } catch (DockerException e) {
            // 404: gone. 409: it stopped meanwhile, or is paused.
            Kind kind = e.getHttpStatus() == 404 || e.getHttpStatus() == 409 ? Kind.NOT_FOUND : Kind.ENGINE_UNAVAILABLE;
            throw new ContainerException(kind, what + ": " + EngineError.text(e), e);
        }
    }

    private static String what(ContainerState container) {
        return "run a command in container " + container.name();
    }

    private ExecStream start(ContainerState container, String id, ExecPlan plan, ExecSink sink, Deadline deadline) {
        boolean terminal = plan.terminal().isPresent();
        try {
            byte[] body = ("{\"Detach\":false,\"Tty\":" + terminal + "}").getBytes(StandardCharsets.UTF_8);
            UpgradedConnection connection = engine.upgrade(what(container), "/exec/" + id + "/start", body, deadline);
            ExecStream stream = new ExecStream(this, container, id, plan, connection, sink);
            open.add(stream);
            stream.start();
            return stream;
        } catch (DockerException e) {
            if (e.getHttpStatus() >= SERVER_ERROR) {
                endUnheard(container, id);
            }
            throw e;
        } catch (RuntimeException e) {
            endUnheard(container, id);
            throw e;
        }
    }

    /** Whether the engine starts it yet, once it moves again, is not known; nobody will hear of it. */
    private void endUnheard(ContainerState container, String execId) {
        Thread.ofVirtual().name("engine-exec-end").start(() -> {
            boolean known = false;
            while (!known && !closing) {
                try {
                    kill(execId, container.id());
                    known = true;
                } catch (DockerException e) {
                    known = e.getHttpStatus() < SERVER_ERROR; // It is gone.
                } catch (ContainerException | RejectedExecutionException e) {
                    log.debug("a command in {} may run on: {}", container.name(), e.getMessage());
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        });
    }

    void ended(ExecStream stream) {
        open.remove(stream);
    }

    /** How the command ended, once its output came to its end. */
    ExecEnd endOf(String execId, String container, String refusal) {
        long end = System.nanoTime() + END_IS_KNOWN_WITHIN.toNanos();
        try {
            InspectExecResponse found = inspect(execId);
            while (Boolean.TRUE.equals(found.isRunning()) && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(POLL_NANOS);
                found = inspect(execId);
            }
            Long code = found.getExitCodeLong();
            if (code == null || Boolean.TRUE.equals(found.isRunning())) {
                return new ExecEnd.Broken("the engine lost a command in container " + container
                        + ": its output has ended, and how it ended itself is not known");
            }
            boolean never = pidOf(found) == 0 && !refusal.isEmpty();
            return never ? notStarted(refusal) : new ExecEnd.Exited(code.intValue());
        } catch (DockerException e) {
            return new ExecEnd.Broken("container " + container + " ended under the command: " + EngineError.text(e));
        } catch (ContainerException e) {
            return new ExecEnd.Broken(String.valueOf(e.getMessage()));
        }
    }

    /** With the codes of a shell: engines disagree about theirs. */
    private static ExecEnd notStarted(String refusal) {
        boolean missing = refusal.contains("executable file not found") || refusal.contains("no such file");
        String why = refusal.replaceFirst("^OCI runtime exec failed: (exec failed: )?", "")
                .replaceFirst(": unknown$", "");
        return new ExecEnd.NotStarted(missing ? NO_SUCH_PROGRAM : NOT_EXECUTABLE, why);
    }

    /** Nobody wants the command any more. One whose start is still under way is waited for. */
    void kill(String execId, String containerId) {
        long end = System.nanoTime() + END_IS_KNOWN_WITHIN.toNanos();
        InspectExecResponse found = inspect(execId);
        while (pidOf(found) == 0 && found.getExitCodeLong() == null && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            found = inspect(execId);
        }
        if (pidOf(found) > 0) {
            ExecProcesses.end(containerId, pidOf(found), GRACE);
        }
    }

    void resize(String execId, TerminalSize size) {
        engine.callOnce("resize a terminal", client -> {
            client.resizeExecCmd(execId).withSize(size.rows(), size.columns()).exec();
            return execId;
        });
    }

    private InspectExecResponse inspect(String execId) {
        return engine.call(
                "inspect a command", client -> client.inspectExecCmd(execId).exec());
    }

    private static long pidOf(InspectExecResponse found) {
        Long pid = found.getPidLong();
        return pid == null ? 0 : pid;
    }

    /** Ends all that run, and waits a little for them to be gone: the agent's process may end next. */
    @Override
    public void close() {
        closing = true;
        List<ExecStream> left = List.copyOf(open);
        left.forEach(ExecStream::close);
        left.forEach(stream -> stream.awaitKill(GRACE.plusSeconds(1)));
    }
}
