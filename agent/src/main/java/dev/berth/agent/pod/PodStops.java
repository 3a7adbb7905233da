package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import java.time.Duration;
import java.util.concurrent.Executor;

/** How a pod is stopped: SIGTERM, its grace, SIGKILL, the proof. Blocks; any thread. */
final class PodStops {
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
        if (volumes.isFrozen()) {
            // What waits for a frozen volume takes no signal before it is thawed; with SIGKILL pending it writes no
            // more.
            threads.execute(() -> runtime.killProcesses(step.containerId()));
            volumes.thaw(step.key());
            runtime.stop(container, Duration.ZERO);
            return;
        }
        runtime.stop(container, Duration.ofMillis(assignment == null ? 0 : assignment.graceMillis()));
    }
}
