package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodDeadlines;
import dev.berth.controller.pod.PodMachine;
import java.util.Collection;

/** Stops and ends pods whose owners or platform gave them a time. Part of the engine; the loop's thread alone. */
final class Lifetimes {
    private static final Actor POLICY = new Actor(Actor.Kind.SYSTEM, "policy");

    private final PodDeadlines deadlines;

    Lifetimes(PodDeadlines deadlines, ClusterState state) {
        this.deadlines = deadlines;
        state.podsByAge().values().forEach(pod -> deadlines.take(pod));
    }

    void take(Turn turn, Collection<Pod> pods) {
        for (Pod pod : pods) {
            Pod now = turn.cluster().pod(pod.id());
            if (now != null && now.version() == pod.version()) {
                deadlines.take(now);
            }
        }
    }

    void due(Turn turn) {
        for (PodDeadlines.Due due = deadlines.next(turn.nowMillis());
                due != null;
                due = deadlines.next(turn.nowMillis())) {
            Pod pod = turn.cluster().pod(due.podId());
            if (pod != null) {
                end(turn, pod, due.policy());
            }
        }
    }

    private static void end(Turn turn, Pod pod, PodDeadlines.Policy policy) {
        PodAction action = switch (policy) {
            case STOP_AFTER -> PodAction.PAUSE;
            case TERMINATE_AFTER, RETENTION -> PodAction.TERMINATE;
        };
        DesiredState desired = action == PodAction.PAUSE ? DesiredState.STOPPED : DesiredState.TERMINATED;
        String sentence = switch (policy) {
            case STOP_AFTER -> "ran as long as its stop_after allows after one start";
            case TERMINATE_AFTER -> "reached the age that its terminate_after allows";
            case RETENTION -> "was STOPPED for as long as the retention of stopped pods allows";
        };
        boolean onHost = PodActions.onHost(turn.cluster(), pod, action);
        if (PodMachine.next(pod, PodMachine.trigger(action), onHost) instanceof Move.To(var state, var detail)) {
            String told = PodActions.sentence(turn.cluster(), pod, action, sentence);
            turn.move(pod.id(), new PodStatus(desired, state, detail, Reason.MAX_DURATION, told, null), POLICY);
        }
    }
}
