package dev.berth.controller.engine;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;

/** Ends pods that find no place and do not want to wait, or no longer. Stateless; the loop's thread alone. */
final class NoCapacity {
    private NoCapacity() {}

    /** The pod after it: FAILED, or as it was if it is a run, which waits. */
    static Pod fail(Turn turn, Pod pod, String message) {
        return PodMachine.next(pod, Trigger.NO_CAPACITY, false) instanceof Move.To(var state, var detail)
                ? turn.move(
                        pod.id(),
                        new PodStatus(
                                pod.status().desired(), state, detail, Reason.INSUFFICIENT_RESOURCES, message, null),
                        Actor.SCHEDULER)
                : pod;
    }
}
