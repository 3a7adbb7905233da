package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.model.Timings;

/** How long the successors of pods that failed wait: 10 s after the first failure, twice as long for each successor that fails too, 5 min at most. Pure. */
public final class Backoff {
    private static final int MOST_DOUBLINGS = 30;

    private Backoff() {}

    /** When the numbers that wait may begin anew; in the past, or 0, when they may now. */
    public static long dueMillis(DeploymentProgress progress, Timings timings) {
        int failures = progress.failuresInRow();
        return failures == 0 ? 0 : progress.lastFailureMillis() + delayMillis(failures, timings);
    }

    static long delayMillis(int failuresInRow, Timings timings) {
        int doublings = Math.min(failuresInRow - 1, MOST_DOUBLINGS);
        return Math.min(timings.backoffMostMillis(), timings.backoffFirstMillis() << doublings);
    }
}
