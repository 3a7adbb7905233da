package dev.berth.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * What a restarted agent must not forget about one placement: the assignment, whether its container was ever seen
 * running (then it is never started again), whether a stop was sent (then its end is by request), whether a higher
 * incarnation replaced it, whether the end of the host's lease caught it (then it is never started again either), and how
 * it failed or ended.
 */
public record SavedPod(
        Assignment assignment,
        boolean ran,
        boolean stopIssued,
        boolean superseded,
        boolean fenced,
        @Nullable Failure failure,
        @Nullable Exit exit) {}
