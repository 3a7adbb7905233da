package dev.berth.controller.cluster;

import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pod as its host sees it. {@code failure} belongs to START_FAILED, {@code exit} to ENDED. */
public record ObservedPod(
        PodId podId,
        int incarnation,
        Phase phase,
        Reason failure,
        String message,
        @Nullable Exit exit,
        List<StepLine> steps) {
    /** In the order in which a healthy pod goes through them. */
    public enum Phase {
        ACCEPTED,
        PULLING,
        STARTING,
        RUNNING,
        STOPPING,
        /** Ended, and no process is left in its cgroup. */
        ENDED,
        /** Could not be started; nothing of it runs. */
        START_FAILED,
        /** Nothing of the pod is left on the host. */
        GONE
    }

    /** {@code code} is null where there is no evidence of the process's own exit code. */
    public record Exit(@Nullable Integer code, boolean oomKilled, boolean byRequest) {}

    /** What the agent did, for the system log. */
    public record StepLine(long atMillis, String text) {}
}
