package dev.berth.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the host sees of one placement. Failure is present with START_FAILED, exit with ENDED.
 *
 * @param restarts of the assignment that RUNNING and ENDED speak of
 * @param readyPorts of the container that answer, in order
 * @param warnings sentences for its owner
 */
public record ObservedPod(
        PodKey key,
        Phase phase,
        String containerId,
        @Nullable Failure failure,
        String message,
        @Nullable Exit exit,
        List<StepLine> steps,
        int restarts,
        List<Integer> readyPorts,
        List<String> warnings) {
    public ObservedPod {
        steps = List.copyOf(steps);
        readyPorts = List.copyOf(readyPorts);
        warnings = List.copyOf(warnings);
    }
}
