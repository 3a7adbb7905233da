package dev.berth.controller.engine;

import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.pod.PodMachine;

/** Why an action is refused, with what to do instead. Pure. */
final class PodRefusals {
    private PodRefusals() {}

    static Reply notAllowed(Pod pod, PodAction action) {
        if (pod.membership() != null && !pod.state().isFinal()) {
            return refused(
                    pod,
                    "belongs to deployment " + pod.membership().deploymentId() + " and cannot be asked to " + action
                            + ": such pods are never restarted. To end it, use `deployment stop-pod`; to change it,"
                            + " update the deployment.");
        }
        return refused(
                pod, "is " + pod.state() + " and cannot be asked to " + action + "; allowed now: " + allowed(pod));
    }

    static Reply locked(Pod pod, PodAction action) {
        return refused(
                pod, "is locked and cannot be asked to " + action + "; unlock it first. Allowed now: " + allowed(pod));
    }

    static Reply stale(Pod pod, long expectedVersion) {
        return Reply.refused(
                Reply.Kind.ABORTED,
                who(pod) + " is at version " + pod.version() + ", not at " + expectedVersion
                        + ". Read it again, then repeat the edit.");
    }

    /** {@code field} may change in STOPPED alone. */
    static Reply onlyStopped(Pod pod, String field) {
        String first = pod.state() == PodState.TERMINATING ? "" : " Pause it first.";
        return refused(
                pod,
                "is " + pod.state() + ": " + field + " may only change while it is STOPPED; name, labels, priority,"
                        + " grace, pre_stop_command, stop_after and terminate_after at any time." + first);
    }

    static Reply refused(Pod pod, String why) {
        return Reply.refused(Reply.Kind.FAILED_PRECONDITION, who(pod) + " " + why);
    }

    private static String who(Pod pod) {
        return "pod " + pod.id() + " (" + pod.name() + ")";
    }

    private static String allowed(Pod pod) {
        return PodMachine.allowedActions(pod) + ".";
    }
}
