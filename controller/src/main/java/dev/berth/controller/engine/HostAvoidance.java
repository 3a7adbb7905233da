package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import java.util.Optional;

/** Hosts that tenants keep their new pods off, for a while. Knows when the next such while ends. */
final class HostAvoidance {
    private long nextEndMillis;

    HostAvoidance(ClusterView cluster, long nowMillis) {
        nextEndMillis = cluster.nextAvoidanceEnd(nowMillis);
    }

    Reply ask(Turn turn, Event.HostAvoidAsked event) {
        Optional<ClusterView.RememberedRequest> before =
                turn.cluster().remembered(event.request().identity());
        if (before.isPresent()) {
            return before.get().digest().equals(event.request().digest())
                    ? new Reply.AvoidReply(
                            new HostId(before.get().subjectId()), before.get().atMillis() + event.durationMillis())
                    : Admission.usedKey(event.request());
        }
        return switch (PodLookup.find(turn.cluster(), event.request().tenant(), event.podIdOrName())) {
            case PodLookup.NotFound(var refusal) -> refusal;
            case PodLookup.Found(var pod) -> avoid(turn, event, pod);
        };
    }

    private Reply avoid(Turn turn, Event.HostAvoidAsked event, Pod pod) {
        HostId hostId = pod.placement().hostId();
        if (hostId == null) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "pod " + pod.id() + " (" + pod.name() + ") has not been on any host yet: there is none to avoid.");
        }
        long untilMillis = turn.nowMillis() + event.durationMillis();
        turn.record(new JournalRecord.HostAvoided(event.request().tenant(), hostId, untilMillis, turn.nowMillis()));
        turn.record(new JournalRecord.RequestRemembered(event.request(), hostId.value(), turn.nowMillis()));
        nextEndMillis = turn.cluster().nextAvoidanceEnd(turn.nowMillis());
        return new Reply.AvoidReply(hostId, untilMillis);
    }

    /** Whether some avoidance ended since the last call: pods that wait may have a place now. */
    boolean ended(Turn turn) {
        if (turn.nowMillis() < nextEndMillis) {
            return false;
        }
        nextEndMillis = turn.cluster().nextAvoidanceEnd(turn.nowMillis());
        return true;
    }
}
