package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ExecEnd;
import dev.berth.agent.container.ExecPlan;
import dev.berth.agent.container.ExecSession;
import dev.berth.agent.container.ExecSink;
import dev.berth.agent.container.LogLine;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.PodKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a pod is stopped: its pre-stop command, SIGTERM, its grace, SIGKILL, the proof. Blocks; any thread. */
final class PodStops {
    private static final Logger log = LoggerFactory.getLogger(PodStops.class);
    private static final long PRE_STOP_MILLIS = 5_000;

    private final ContainerRuntime runtime;
    private final VolumeSteps volumes;
    private final Executor threads;

    PodStops(ContainerRuntime runtime, VolumeSteps volumes, Executor threads) {
        this.runtime = runtime;
        this.volumes = volumes;
        this.threads = threads;
    }

    void stop(StartStep step, String container) {
        Assignment assignment = step.assignment();
        if (volumes.isFrozen(step.key())) {
            // What waits for a frozen volume takes no signal before it is thawed; with SIGKILL pending it writes no
            // more.
            threads.execute(() -> runtime.killProcesses(step.containerId()));
            volumes.thaw(step.key());
            runtime.stop(container, Duration.ZERO);
            return;
        }
        long graceMillis = assignment == null ? 0 : assignment.graceMillis();
        if (assignment != null && !assignment.preStopCommand().isEmpty()) {
            graceMillis = preStop(step.key(), container, assignment);
        }
        runtime.stop(container, Duration.ofMillis(graceMillis));
    }

    /** Answers with the grace that is left: of an elastic pod both come out of the time that its lease leaves. */
    private long preStop(PodKey key, String container, Assignment assignment) {
        long grace = assignment.graceMillis();
        long most = assignment.elastic() ? Math.min(PRE_STOP_MILLIS, grace) : PRE_STOP_MILLIS;
        long start = System.nanoTime();
        if (most > 0) {
            run(key, container, assignment.preStopCommand(), most);
        }
        long took = (System.nanoTime() - start) / 1_000_000;
        return assignment.elastic() ? Math.max(0, grace - took) : grace;
    }

    private void run(PodKey key, String container, String command, long mostMillis) {
        CountDownLatch ended = new CountDownLatch(1);
        ExecPlan plan = new ExecPlan(List.of("/bin/sh", "-c", command), false, Optional.empty());
        try (ExecSession session = runtime.exec(container, plan, new Ending(key, ended))) {
            if (!ended.await(mostMillis, TimeUnit.MILLISECONDS)) {
                log.warn("pod {}: its pre-stop command has not ended after {} ms; it is stopped", key, mostMillis);
            }
            log.debug("pod {}: {} is over", key, session);
        } catch (ContainerException e) {
            log.warn("pod {}: its pre-stop command could not be run: {}", key, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it writes is nobody's: its container's log is its main process's. */
    private record Ending(PodKey key, CountDownLatch ended) implements ExecSink {
        @Override
        public void output(LogLine.Stream stream, ByteBuffer bytes) {}

        @Override
        public void end(ExecEnd end) {
            switch (end) {
                case ExecEnd.Exited exited ->
                    log.info("pod {}: its pre-stop command ended with {}", key, exited.code());
                case ExecEnd.NotStarted no -> log.warn("pod {}: its pre-stop command did not start: {}", key, no.why());
                case ExecEnd.Broken broken -> log.warn("pod {}: its pre-stop command: {}", key, broken.error());
            }
            ended.countDown();
        }
    }
}
