package dev.berth.controller.engine;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import dev.berth.controller.scheduling.Preemption;
import dev.berth.controller.scheduling.PreemptionPlan;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops spot pods for a request that bids more: keeps their units for it before the first of them is stopped, and lets
 * those queue again that want to. Part of {@link Placing}.
 */
final class Preempting {
    /** So many vain searches are remembered. */
    private static final int MOST_IN_VAIN = 1_024;

    /** Searches of the whole fleet that found nobody to give way, until something changes. */
    private final Map<QueueClass.Key, Preemption.Outcome> inVain = new HashMap<>();

    private final Scheduler scheduler;
    private final QueueLine line;

    Preempting(Scheduler scheduler, QueueLine line) {
        this.scheduler = scheduler;
        this.line = line;
    }

    /** Something came free or was taken somewhere: who found nobody may find somebody now. */
    void changed() {
        inVain.clear();
    }

    /**
     * Looks at the whole fleet, but once only for all who ask for the same while nothing changes: the look is at every
     * spot pod that bids less.
     */
    Preemption.Outcome find(Turn turn, QueueClass.Key key, Preemption.Asking asking) {
        // What is kept for a pod is no hindrance to itself, so it may find what others do not.
        boolean keepsNothing = turn.cluster().reservation(asking.podId()) == null;
        Preemption.Outcome before = keepsNothing ? inVain.get(key) : null;
        if (before != null && (before.retryMillis() == 0 || turn.nowMillis() < before.retryMillis())) {
            return before;
        }
        Preemption.Outcome outcome = scheduler.preemption().find(turn.cluster(), asking, turn.nowMillis());
        if (keepsNothing && outcome.plan() == null) {
            if (inVain.size() >= MOST_IN_VAIN) {
                inVain.clear();
            }
            inVain.put(key, outcome);
        }
        return outcome;
    }

    /** Makes room for the head of a class, where that can be done; {@code offer} is null to look at the whole fleet. */
    boolean preempt(Turn turn, QueueClass kind, Pod pod, Search search, @Nullable QueueOffer offer) {
        Preemption.Asking asking = new Preemption.Asking(search, pod.id(), Set.of());
        Preemption.Outcome outcome = offer == null
                ? find(turn, QueueClass.Key.of(pod.tenant(), search), asking)
                : scheduler.preemption().findOn(turn.cluster(), asking, offer.hosts(), turn.nowMillis());
        if (outcome.plan() != null) {
            preempt(turn, pod, outcome.plan());
            return true;
        }
        if (offer == null || kind.preemptMillis == 0) {
            kind.preemptMillis = outcome.retryMillis();
        } else if (outcome.retryMillis() > 0) {
            kind.preemptMillis = Math.min(kind.preemptMillis, outcome.retryMillis());
        }
        return false;
    }

    void preempt(Turn turn, Pod pod, PreemptionPlan plan) {
        changed();
        long freeMillis = turn.nowMillis() + plan.graceMillis();
        for (Reservation other : turn.cluster().reservations(plan.hostId())) {
            freeMillis = Math.max(freeMillis, other.earliestMillis());
        }
        turn.record(new JournalRecord.HostReserved(
                new Reservation(
                        pod.id(),
                        plan.hostId(),
                        plan.gpuModel(),
                        pod.spec().request().gpuCount(),
                        plan.victims(),
                        freeMillis),
                turn.nowMillis()));
        line.take(turn.cluster(), turn.pod(pod.id()));
        for (PodId victim : plan.victims()) {
            stop(turn, turn.pod(victim), pod);
        }
        Host host = turn.cluster().host(plan.hostId());
        if (host != null) {
            scheduler.update(turn.cluster(), host, true);
        }
    }

    private void stop(Turn turn, Pod victim, Pod preemptor) {
        if (!(PodMachine.next(victim, Trigger.PREEMPT, true) instanceof Move.To(var state, var detail))) {
            return;
        }
        String bidder = preemptor.spec().request().isSpot() ? "a higher bid" : "an on-demand request";
        Pod stopping = turn.move(
                victim.id(),
                new PodStatus(
                        victim.isElastic() ? DesiredState.TERMINATED : DesiredState.STOPPED,
                        state,
                        detail,
                        Reason.PREEMPTED,
                        "gives its units to " + bidder,
                        null),
                Actor.SCHEDULER);
        scheduler.preemption().take(stopping);
    }

    /** A pod that has stopped, preempted or booted under, and wants to queue again does so; the pod as it is afterwards. */
    Pod resume(Turn turn, Pod pod) {
        boolean rests = pod.state() == PodState.STOPPED && pod.placement().grant() == null;
        boolean preempted = pod.status().reason() == Reason.PREEMPTED
                && pod.status().desired() == DesiredState.STOPPED
                && pod.spec().terms().autoResume();
        // Its owner wants it to run, and still it is stopped: its host was booted.
        boolean booted =
                pod.status().reason() == Reason.HOST_LOST && pod.status().desired() == DesiredState.RUNNING;
        return rests
                        && (preempted || booted)
                        && PodMachine.next(pod, Trigger.REQUEUE, false) instanceof Move.To(var state, var detail)
                ? turn.move(
                        pod.id(),
                        new PodStatus(
                                DesiredState.RUNNING,
                                state,
                                detail,
                                pod.status().reason(),
                                booted ? "queued again: its host was booted" : "queued again after a preemption",
                                null),
                        Actor.SCHEDULER)
                : pod;
    }
}
