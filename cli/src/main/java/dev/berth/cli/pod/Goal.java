package dev.berth.cli.pod;

import dev.berth.cli.command.Session;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;

/** What a command that changes a pod waits for, and what its end means for the exit code. Pure but for its notes. */
enum Goal {
    RUNNING,
    STOPPED,
    TERMINATED;

    /** Whether the pod will not come nearer to the goal by waiting: reached or missed. */
    boolean isSettled(Pod pod) {
        return switch (this) {
            case RUNNING ->
                switch (pod.getState()) {
                    case INITIALIZING, POD_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
                    case RUNNING, STOPPING, STOPPED, TERMINATING, TERMINATED, FAILED -> true;
                };
            case STOPPED -> pod.getState() == PodState.STOPPED || isFinal(pod);
            case TERMINATED -> isFinal(pod);
        };
    }

    private boolean isReached(Pod pod) {
        return switch (this) {
            case RUNNING -> pod.getState() == PodState.RUNNING || hasRunToItsEnd(pod);
            case STOPPED -> pod.getState() == PodState.STOPPED;
            case TERMINATED -> isFinal(pod);
        };
    }

    /**
     * The exit code for what the action left. Where nobody waited, only a pod that has already failed is a failure.
     */
    int check(Pod pod, Session session, boolean waited) {
        boolean missed = waited ? !isReached(pod) : this == RUNNING && pod.getState() == PodState.FAILED;
        if (!missed) {
            return ExitCodes.DONE;
        }
        String name = Escape.text(pod.getSpec().getName());
        String why = pod.getMessage().isEmpty() ? PodText.reason(pod) : pod.getMessage();
        session.note("berth: Pod " + name + " (" + pod.getId() + ") is " + pod.getState() + ", not " + this + ": "
                + Escape.text(why) + (why.endsWith(".") ? "" : ".") + " See what happened with: berth pod events "
                + pod.getId());
        return lacksCapacity(pod) ? ExitCodes.NO_CAPACITY : ExitCodes.FAILED;
    }

    /** A short command may be over before a watcher sees it run: its exit code tells. */
    private static boolean hasRunToItsEnd(Pod pod) {
        return pod.getReason() == Reason.CONTAINER_EXITED && pod.hasExitCode() && pod.getExitCode() == 0;
    }

    private static boolean lacksCapacity(Pod pod) {
        return pod.getReason() == Reason.INSUFFICIENT_RESOURCES
                || pod.getReason() == Reason.UNSATISFIABLE
                || pod.getReason() == Reason.LOW_BALANCE;
    }

    private static boolean isFinal(Pod pod) {
        return pod.getState() == PodState.TERMINATED || pod.getState() == PodState.FAILED;
    }
}
