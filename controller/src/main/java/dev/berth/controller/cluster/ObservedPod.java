package dev.berth.controller.cluster;

import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * One pod as its host sees it. {@code failure} belongs to START_FAILED, {@code exit} to ENDED; {@code restarts} is the
 * number that RUNNING and ENDED speak of.
 */
public record ObservedPod(
        PodId podId,
        int incarnation,
        Phase phase,
        Reason failure,
        String message,
        @Nullable Exit exit,
        List<StepLine> steps,
        int restarts,
        NavigableSet<Integer> readyPorts,
        List<String> warnings) {
    /** Of a pod that was never started anew, without ports and warnings. */
    public ObservedPod(
            PodId podId,
            int incarnation,
            Phase phase,
            Reason failure,
            String message,
            @Nullable Exit exit,
            List<StepLine> steps) {
        this(podId, incarnation, phase, failure, message, exit, steps, 0, Collections.emptyNavigableSet(), List.of());
    }

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

    /**
     * {@code code} is null where there is no evidence of the process's own exit code. {@code byBoot}: the machine was
     * booted under it. {@code diskQuota}: stopped for writing more than its container disk.
     */
    public record Exit(
            @Nullable Integer code, boolean oomKilled, boolean byRequest, boolean byBoot, boolean diskQuota) {
        public Exit(@Nullable Integer code, boolean oomKilled, boolean byRequest) {
            this(code, oomKilled, byRequest, false, false);
        }
    }

    /** What the agent did, for the system log. */
    public record StepLine(long atMillis, String text) {}
}
