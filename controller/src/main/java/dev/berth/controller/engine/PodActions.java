package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
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

/** The owner's actions on a pod, by the pod machine's table. */
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
        Move move = PodMachine.next(
                pod.state(),
                PodMachine.trigger(event.action()),
                pod.hasRun(),
                onHost(turn.cluster(), pod, event.action()),
                pod.isElastic());
        return switch (move) {
            case Move.Refuse() -> Reply.refused(Reply.Kind.FAILED_PRECONDITION, refusal(pod, event.action()));
            case Move.Stay() -> {
                if (endsAutoResume(pod, event.action())) {
                    move(turn, event, pod, pod.state(), pod.status().detail());
                }
                yield remember(turn, event, pod.id());
            }
            case Move.To(var state, var detail) -> {
                move(turn, event, pod, state, detail);
                yield remember(turn, event, pod.id());
            }
        };
    }

    private static void move(Turn turn, Event.PodActed event, Pod pod, PodState state, PodDetail detail) {
        turn.move(
                pod.id(),
                new PodStatus(
                        desired(event.action()),
                        state,
                        detail,
                        event.actor().reason(),
                        sentence(event.action(), event.actor()),
                        null),
                event.actor());
    }

    /** A pod that stops to make room would queue again by itself: its owner's pause says that it shall not. */
    private static boolean endsAutoResume(Pod pod, PodAction action) {
        return action == PodAction.PAUSE
                && pod.state() == PodState.STOPPING
                && pod.status().reason() == Reason.PREEMPTED
                && pod.spec().terms().autoResume();
    }

    private static String refusal(Pod pod, PodAction action) {
        String who = "pod " + pod.id() + " (" + pod.name() + ")";
        if (pod.membership() != null && !pod.state().isFinal()) {
            return who + " belongs to deployment " + pod.membership().deploymentId() + " and cannot be asked to "
                    + action + ": such pods are never restarted. To end it, use `deployment stop-pod`.";
        }
        return who + " is " + pod.state() + " and cannot be asked to " + action + "; allowed now: "
                + PodMachine.allowedActions(pod.state(), pod.hasRun(), pod.isElastic()) + ".";
    }

    private static Reply remember(Turn turn, Event.PodActed event, PodId podId) {
        turn.record(new JournalRecord.RequestRemembered(event.request(), podId.value(), turn.nowMillis()));
        return new Reply.PodReply(turn.pod(podId), List.of());
    }

    /**
     * Whether the host of the pod's last incarnation still has an assignment of it. Of a pod that waits for a place only
     * dead remains lie there: they are no hindrance to a pause, but the end waits until they are gone.
     */
    private static boolean onHost(ClusterView cluster, Pod pod, PodAction action) {
        HostId hostId = pod.placement().hostId();
        boolean waitsForPlace = action != PodAction.TERMINATE
                && pod.isQueued()
                && pod.placement().grant() == null;
        return hostId != null && !waitsForPlace && cluster.assignment(hostId, pod.id()) != null;
    }

    private static DesiredState desired(PodAction action) {
        return switch (action) {
            case PAUSE -> DesiredState.STOPPED;
            case RUN -> DesiredState.RUNNING;
            case TERMINATE -> DesiredState.TERMINATED;
        };
    }

    private static String sentence(PodAction action, Actor actor) {
        String verb = switch (action) {
            case PAUSE -> "pause";
            case RUN -> "run";
            case TERMINATE -> "terminate";
        };
        return verb + " asked for by " + actor.name();
    }
}
