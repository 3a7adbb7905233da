package dev.berth.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the host sees of one placement. Failure is present with START_FAILED, exit with ENDED. */
public record ObservedPod(
        PodKey key,
        Phase phase,
        String containerId,
        @Nullable Failure failure,
        String message,
        @Nullable Exit exit,
        List<StepLine> steps) {
    public ObservedPod {
        steps = List.copyOf(steps);
    }
}
