package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.engine.Engine;
import dev.berth.controller.model.Timings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What mutant controllers do otherwise than the real one: their timings, and what they take an event for. Pure. */
final class Mutations {
    /** Short, so that what is laid aside is deleted within a run. */
    static final long TRASH_MILLIS = 120_000;

    private Mutations() {}

    static Timings timings(Mutant mutant) {
        Timings t = Timings.DEFAULT;
        return new Timings(
                t.heartbeatMillis(),
                t.suspectMillis(),
                t.unreachableMillis(),
                mutant == Mutant.REPLACES_TOO_SOON ? 61_000 : t.lostMillis(),
                t.leaseMillis(),
                mutant == Mutant.NO_FAILOVER_GRACE ? 0 : t.failoverGraceMillis(),
                mutant == Mutant.NO_STALL_DETECTION ? Long.MAX_VALUE / 4 : t.stallMillis(),
                t.storeProofMillis(),
                t.brakeWindowMillis(),
                t.backoffFirstMillis(),
                t.backoffMostMillis(),
                t.reserveAfterMillis(),
                TRASH_MILLIS,
                t.scale());
    }

    /** What a mutant controller takes the event for. */
    static Event of(Mutant mutant, Engine running, Event event) {
        if (mutant == Mutant.FORGETS_REQUEST_KEYS
                && event instanceof Event.PodSubmitted submitted
                && running.cluster().remembered(submitted.request().identity()).isPresent()) {
            RequestKey request = submitted.request();
            return new Event.PodSubmitted(
                    new RequestKey(request.tenant(), request.method(), request.key() + "again", request.digest()),
                    submitted.actor(),
                    submitted.podId(),
                    submitted.spec(),
                    submitted.atMillis());
        }
        return event;
    }

    /** What a mutant agent tells itself after the event; null for nothing. */
    static @Nullable AgentEvent after(Mutant mutant, AgentEvent event, SavedState saved, long epoch) {
        if (mutant != Mutant.MOUNTS_BEFORE_THE_MOVE_COUNTS
                || !(event instanceof AgentEvent.CopyStepFinished finished)
                || finished.step() != CopyStep.FETCH
                || !(finished.outcome() instanceof CopyOutcome.Done)) {
            return null;
        }
        List<VolumeOrder> orders = saved.volumes().stream()
                .map(order -> order.key().equals(finished.key()) ? kept(order) : order)
                .toList();
        return new AgentEvent.DesiredReceived(
                epoch,
                saved.revision(),
                true,
                0,
                saved.pods().stream().map(SavedPod::assignment).toList(),
                List.of(),
                orders,
                List.of());
    }

    private static VolumeOrder kept(VolumeOrder order) {
        return new VolumeOrder(
                order.key(),
                CopyGoal.KEEP,
                order.kind(),
                order.tenantId(),
                order.podId(),
                order.sizeGb(),
                true,
                order.share(),
                null,
                List.of(),
                0);
    }
}
