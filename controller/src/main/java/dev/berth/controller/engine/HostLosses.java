package dev.berth.controller.engine;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends the pods of hosts that are gone: of a lost host the elastic ones, which their own host has fenced by then; of a
 * host that was given up all of them, by the word of who gave it up.
 */
final class HostLosses {
    private static final Actor FLEET = new Actor(Actor.Kind.SYSTEM, "fleet");

    private final HostLiveness liveness;

    HostLosses(HostLiveness liveness) {
        this.liveness = liveness;
    }

    /**
     * The lease of the host has ended beyond doubt. Its units stay claimed until the host proves them free; all other
     * pods wait for its return. Its session ends too: a heartbeat that lay waiting must not renew what is given away.
     */
    void lost(Turn turn, Host host) {
        hangUp(turn, host.id(), "the host was not heard for so long that its elastic pods were replaced; dial anew");
        String sentence = "host " + host.name() + " is lost: it was not heard for as long as its lease lasts";
        for (Pod pod : podsOn(turn, host.id())) {
            if (pod.isElastic()) {
                end(turn, pod, sentence, FLEET);
            }
        }
    }

    /** The actor vouches that nothing runs there: the units are free at once, what lies there is removed if it returns. */
    void givenUp(Turn turn, Host host, Actor actor) {
        hangUp(turn, host.id(), "the host was given up; dial anew");
        String sentence = "host " + host.name() + " was given up by " + actor.name();
        podsOn(turn, host.id()).forEach(pod -> end(turn, pod, sentence, actor));
        for (PodId podId : List.copyOf(turn.cluster().holders(host.id()))) {
            turn.record(new JournalRecord.UnitsReleased(
                    podId, turn.pod(podId).placement().incarnation(), turn.nowMillis()));
        }
    }

    private void hangUp(Turn turn, HostId hostId, String why) {
        HostLiveness.Session session = liveness.session(hostId);
        if (session != null) {
            turn.effect(new Effect.EndSession(hostId, session.epoch(), why));
            liveness.close(hostId, session.epoch());
        }
    }

    /** Pods whose present incarnation is there and not final. */
    private static List<Pod> podsOn(Turn turn, HostId hostId) {
        List<Pod> pods = new ArrayList<>();
        for (Assignment assignment : turn.cluster().assignments(hostId)) {
            Pod pod = turn.cluster().pod(assignment.podId());
            if (pod != null
                    && hostId.equals(pod.placement().hostId())
                    && assignment.incarnation() == pod.placement().incarnation()
                    && !pod.state().isFinal()) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private static void end(Turn turn, Pod pod, String sentence, Actor actor) {
        // A run that waits in the queue has only remains there.
        if (pod.isQueued() && pod.placement().grant() == null) {
            return;
        }
        if (PodMachine.next(pod, Trigger.HOST_LOST, true) instanceof Move.To to) {
            boolean asked = pod.status().desired() != DesiredState.RUNNING;
            turn.move(
                    pod.id(),
                    new PodStatus(
                            to.state() == PodState.TERMINATED ? DesiredState.TERMINATED : DesiredState.STOPPED,
                            to.state(),
                            to.detail(),
                            asked ? pod.status().reason() : Reason.HOST_LOST,
                            sentence,
                            null),
                    actor);
        }
    }
}
