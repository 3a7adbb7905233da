package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.scheduling.Scheduler;
import java.util.List;
import java.util.Optional;

/** New specs for pods: of a stopped one all of it, though volumes only grow; of any other what touches no container. */
final class PodEdits {
    private final Scheduler scheduler;

    PodEdits(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    Reply edit(Turn turn, Event.PodEditAsked event) {
        Optional<Reply> repeat = Admission.repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        return switch (PodLookup.find(turn.cluster(), event.request().tenant(), event.podIdOrName())) {
            case PodLookup.NotFound(var refusal) -> refusal;
            case PodLookup.Found(var pod) -> edit(turn, event, pod);
        };
    }

    private Reply edit(Turn turn, Event.PodEditAsked event, Pod pod) {
        boolean onHost = PodActions.onHost(turn.cluster(), pod, PodAction.EDIT);
        Move move = PodMachine.next(pod, PodMachine.trigger(PodAction.EDIT), onHost);
        if (move instanceof Move.Refuse) {
            return PodRefusals.notAllowed(pod, PodAction.EDIT);
        }
        if (event.expectedVersion() != pod.version()) {
            return PodRefusals.stale(pod, event.expectedVersion());
        }
        return switch (NetworkVolumes.resolve(
                turn.cluster(), pod.tenant(), SpecChange.fill(pod.spec(), event.edit()), "spec")) {
            case NetworkVolumes.Named.Refused(Reply.Refused refusal) -> refusal;
            case NetworkVolumes.Named.As(PodSpec spec) -> edit(turn, event, pod, spec);
        };
    }

    private Reply edit(Turn turn, Event.PodEditAsked event, Pod pod, PodSpec spec) {
        List<SpecField> changed = SpecChange.between(pod.spec(), spec);
        if (changed.isEmpty()) {
            return PodActions.remember(turn, event.request(), pod.id());
        }
        if (pod.state() != PodState.STOPPED) {
            Optional<SpecField> bound =
                    changed.stream().filter(field -> !field.free()).findFirst();
            if (bound.isPresent()) {
                return PodRefusals.onlyStopped(pod, bound.get().path());
            }
        }
        Reply.Refused shrinks = SpecChange.shrinking(pod.spec(), spec);
        if (shrinks != null) {
            return shrinks;
        }
        String warning = "";
        if (changed.stream().anyMatch(SpecField::decidesPlace)) {
            FleetCheck check = FleetCheck.of(
                    scheduler,
                    turn,
                    pod.tenant(),
                    spec,
                    "Change the request, or ask for unplaced QUEUE to wait for such a host.");
            if (check.refusal() != null) {
                return check.refusal();
            }
            warning = check.warning();
        }
        String what = String.join(", ", changed.stream().map(SpecField::path).toList());
        turn.record(new JournalRecord.PodEdited(
                pod.id(), spec, "edited by " + event.actor().name() + ": " + what, event.actor(), turn.nowMillis()));
        PodActions.remember(turn, event.request(), pod.id());
        return new Reply.PodReply(turn.pod(pod.id()), warning.isEmpty() ? List.of() : List.of(warning));
    }
}
