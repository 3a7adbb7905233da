package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import java.util.List;
import java.util.Optional;

/** The owner's actions on a pod, by the pod machine's table; an edit has a file of its own. */
final class PodActions {
    private PodActions() {}

    static Reply act(Turn turn, Event.PodActed event) {
        Optional<Reply> repeat = Admission.repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        return switch (PodLookup.find(turn.cluster(), event.request().tenant(), event.podIdOrName())) {
            case PodLookup.NotFound(var refusal) -> refusal;
            case PodLookup.Found(var pod) -> act(turn, event, pod);
        };
    }

    private static Reply act(Turn turn, Event.PodActed event, Pod pod) {
        PodAction action = event.action();
        Move move = PodMachine.next(pod, PodMachine.trigger(action), onHost(turn.cluster(), pod, action));
        boolean changes = move instanceof Move.To || endsAutoResume(pod, action);
        if (move instanceof Move.Refuse) {
            return PodRefusals.notAllowed(pod, action);
        }
        if (action == PodAction.RUN && pod.isRescue() && !(move instanceof Move.To)) {
            return PodRefusals.refused(pod, "runs without GPUs; pause it first, then run it with them.");
        }
        if (changes && pod.locked() && action.isBarredByLock()) {
            return PodRefusals.locked(pod, action);
        }
        if (changes || (action == PodAction.LOCK && !pod.locked()) || (action == PodAction.UNLOCK && pod.locked())) {
            take(turn, event, pod, move);
        }
        return remember(turn, event.request(), pod.id());
    }

    /** What is not in effect yet is put into effect. */
    private static void take(Turn turn, Event.PodActed event, Pod pod, Move move) {
        Actor actor = event.actor();
        PodState state = move instanceof Move.To to ? to.state() : pod.state();
        PodDetail detail =
                move instanceof Move.To to ? to.detail() : pod.status().detail();
        switch (event.action()) {
            case PAUSE -> move(turn, event, pod, state, detail, DesiredState.STOPPED);
            case RUN -> move(turn, event, pod, state, detail, DesiredState.RUNNING);
            case TERMINATE -> move(turn, event, pod, state, detail, DesiredState.TERMINATED);
            case RESTART -> {
                move(turn, event, pod, state, detail, DesiredState.RUNNING);
                turn.record(new JournalRecord.PodRestarted(pod.id(), actor, turn.nowMillis()));
            }
            case RESET -> PodResets.reset(turn, pod, actor);
            case LOCK -> turn.record(new JournalRecord.PodLocked(pod.id(), true, actor, turn.nowMillis()));
            case UNLOCK -> turn.record(new JournalRecord.PodLocked(pod.id(), false, actor, turn.nowMillis()));
            case EDIT -> throw new IllegalStateException("an edit of pod " + pod.id() + " without its spec");
        }
    }

    private static void move(
            Turn turn, Event.PodActed event, Pod pod, PodState state, PodDetail detail, DesiredState desired) {
        Actor actor = event.actor();
        String sentence =
                sentence(turn.cluster(), pod, event.action(), event.action().verb() + " asked for by " + actor.name());
        turn.move(pod.id(), new PodStatus(desired, state, detail, actor.reason(), sentence, null), actor);
    }

    /** A pod that stops to make room would queue again by itself: its owner's pause says that it shall not. */
    private static boolean endsAutoResume(Pod pod, PodAction action) {
        return action == PodAction.PAUSE
                && pod.state() == PodState.STOPPING
                && pod.status().reason() == Reason.PREEMPTED
                && pod.spec().terms().autoResume();
    }

    static Reply remember(Turn turn, RequestKey request, PodId podId) {
        Pod before = turn.pod(podId);
        turn.record(new JournalRecord.RequestRemembered(request, podId.value(), turn.nowMillis()));
        // With any record, pods that ended more than a day ago are forgotten: perhaps this one.
        Pod now = turn.cluster().pod(podId);
        return new Reply.PodReply(now == null ? before : now, List.of());
    }

    /**
     * Whether the host of the pod's last incarnation still has an assignment of it, and may be waited for. Of a pod that
     * waits for a place only dead remains lie there: they are no hindrance to a pause, but the end waits until they are
     * gone.
     */
    static boolean onHost(ClusterView cluster, Pod pod, PodAction action) {
        boolean waitsForPlace = action != PodAction.TERMINATE
                && pod.isQueued()
                && pod.placement().grant() == null;
        return !waitsForPlace && isAssigned(cluster, pod) && !isGivenUp(cluster, pod);
    }

    /** With the word on why an end is not proven by the host, where that is so. */
    static String sentence(ClusterView cluster, Pod pod, PodAction action, String sentence) {
        return action == PodAction.TERMINATE && isAssigned(cluster, pod) && isGivenUp(cluster, pod)
                ? sentence + "; its host was given up and removes what is left of it if it returns"
                : sentence;
    }

    private static boolean isAssigned(ClusterView cluster, Pod pod) {
        HostId hostId = pod.placement().hostId();
        return hostId != null && cluster.assignment(hostId, pod.id()) != null;
    }

    private static boolean isGivenUp(ClusterView cluster, Pod pod) {
        HostId hostId = pod.placement().hostId();
        Host host = hostId == null ? null : cluster.host(hostId);
        return host != null && host.givenUp();
    }
}
