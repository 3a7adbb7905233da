package dev.berth.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * What a restarted agent must not forget about one placement: the assignment, whether its container was ever seen
 * running (then it is never started again), whether a stop was sent (then its end is by request), whether a higher
 * incarnation replaced it, whether the end of the host's lease caught it (then it is never started again either), and how
 * it failed or ended.
 *
 * @param overDisk it wrote more than its container disk may hold, and is stopped for it
 * @param restartsBegun the restart for which its container is stopped, or was
 * @param restartsDone the restart after which its container was last seen running
 * @param cleared its GPUs have been tested since its container ended
 */
public record SavedPod(
        Assignment assignment,
        boolean ran,
        boolean stopIssued,
        boolean superseded,
        boolean fenced,
        boolean overDisk,
        int restartsBegun,
        int restartsDone,
        boolean cleared,
        @Nullable Failure failure,
        @Nullable Exit exit) {
    /** Neither restarted, nor over its disk, nor cleared. */
    public SavedPod(
            Assignment assignment,
            boolean ran,
            boolean stopIssued,
            boolean superseded,
            boolean fenced,
            @Nullable Failure failure,
            @Nullable Exit exit) {
        this(assignment, ran, stopIssued, superseded, fenced, false, 0, 0, false, failure, exit);
    }
}
