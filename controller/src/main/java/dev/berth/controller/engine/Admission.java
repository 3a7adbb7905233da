package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Unplaceable;
import java.util.List;
import java.util.Optional;

/** Takes in new pods: a repeat gets its first answer, what can never be placed is refused, the rest is recorded and placed. */
final class Admission {
    private final Scheduler scheduler;
    private final Placing placing;
    private final int maxQueuedPods;

    Admission(Scheduler scheduler, Placing placing, int maxQueuedPods) {
        this.scheduler = scheduler;
        this.placing = placing;
        this.maxQueuedPods = maxQueuedPods;
    }

    Reply submit(Turn turn, Event.PodSubmitted event) {
        Optional<Reply> repeat = repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        return switch (NetworkVolumes.resolve(turn.cluster(), event.request().tenant(), event.spec(), "spec")) {
            case NetworkVolumes.Named.Refused(Reply.Refused refusal) -> refusal;
            case NetworkVolumes.Named.As(PodSpec spec) ->
                admit(
                        turn,
                        new Event.PodSubmitted(event.request(), event.actor(), event.podId(), spec, event.atMillis()),
                        spec);
        };
    }

    private Reply admit(Turn turn, Event.PodSubmitted event, PodSpec spec) {
        return switch (placing.place(turn, event)) {
            case PLACED, PREEMPTS -> new Reply.PodReply(turn.pod(event.podId()), List.of());
            case NO_ROOM -> noRoom(turn, event, spec);
        };
    }

    private Reply noRoom(Turn turn, Event.PodSubmitted event, PodSpec spec) {
        Unplaceable why = scheduler.explain(Placing.search(turn, event.request().tenant(), spec));
        if (spec.unplaced() == Unplaced.FAIL_FAST && !why.everPossible()) {
            return Reply.refused(
                    Reply.Kind.UNSATISFIABLE,
                    "no host of the fleet could ever take this pod: " + why.explain()
                            + ". Change the request, or deploy with QUEUE to wait for such a host.");
        }
        if (spec.unplaced() == Unplaced.QUEUE && turn.cluster().queue().size() >= maxQueuedPods) {
            return Reply.refused(
                    Reply.Kind.RESOURCE_EXHAUSTED,
                    "the queue is full (" + maxQueuedPods + " pods wait); nothing was changed. Try again later.");
        }
        create(turn, event);
        if (spec.unplaced() == Unplaced.FAIL_FAST) {
            String message = "nothing is free: " + why.explain();
            return new Reply.PodReply(NoCapacity.fail(turn, turn.pod(event.podId()), message), List.of());
        }
        if (why.everPossible()) {
            return new Reply.PodReply(turn.pod(event.podId()), List.of());
        }
        QueueReasons.tell(turn, turn.pod(event.podId()), why);
        return new Reply.PodReply(
                turn.pod(event.podId()), List.of("no host of the fleet could take this pod yet: " + why.explain()));
    }

    static void create(Turn turn, Event.PodSubmitted event) {
        turn.record(new JournalRecord.PodCreated(
                event.podId(),
                event.request().tenant(),
                event.spec(),
                null,
                event.actor(),
                event.request(),
                turn.nowMillis()));
    }

    /** The answer to a request whose key was used before; empty for a new one. */
    static Optional<Reply> repeated(Turn turn, RequestKey request) {
        Optional<RememberedRequest> before = turn.cluster().remembered(request.identity());
        if (before.isEmpty()) {
            return Optional.empty();
        }
        if (!before.get().digest().equals(request.digest())) {
            return Optional.of(usedKey(request));
        }
        PodId podId = new PodId(before.get().subjectId());
        Pod pod = turn.cluster().pod(podId);
        return Optional.of(
                pod == null
                        ? Reply.refused(Reply.Kind.NOT_FOUND, "pod " + podId + " ended more than a day ago.")
                        : new Reply.PodReply(pod, List.of()));
    }

    static Reply usedKey(RequestKey request) {
        return Reply.refused(
                Reply.Kind.ALREADY_EXISTS,
                "idempotency_key " + request.key() + " was used for another " + request.method()
                        + " request; a new request needs a new key.");
    }
}
