package dev.berth.agent.core;

import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps elastic pods within the host's lease: takes leases in, looks at the boot-time clock before anything else is
 * looked at, and marks what must end. The deadline only ever moves forward, and only by what was saved; a mark stays
 * when a new lease comes. Part of the engine.
 */
final class LeaseWatch {
    static final String ENDED = "stopped by the host: its lease ended";
    static final String WAITS = "waits for a lease from the controller";
    /** From SIGTERM to SIGKILL at most; the engine and the kernel get the rest of the kill budget of 30 s. */
    static final long GRACE_MILLIS = 20_000;

    private final AgentState state;

    LeaseWatch(AgentState state) {
        this.state = state;
    }

    /** Why the session is to be ended, or null: what it said before a lease ended is not to be acted on after. */
    @Nullable
    String look(long bootMillis) {
        state.bootMillis = bootMillis;
        boolean holds = state.lease.holds(state.bootId, bootMillis);
        boolean ended = state.leaseHeld && !holds;
        state.leaseHeld = holds;
        boolean any = false;
        for (PodWork work : state.pods.values()) {
            if (work.elastic() && (ended || (!holds && work.knowledge == Knowledge.RUNNING))) {
                any |= work.exit == null;
                fence(work);
            }
        }
        return ended && any && state.sessionEpoch != 0
                ? "the host's lease has ended and its elastic pods are stopped; asks for the full set again"
                : null;
    }

    /** Ended by itself, or being stopped by request: then it is not the lease that ends it. */
    private void fence(PodWork work) {
        Goal goal = work.goal();
        boolean over = work.exit != null || work.failure != null || goal == Goal.STOP || goal == Goal.REMOVE;
        if (!over && !work.fenced) {
            work.fenced = true;
            work.attempts = 0;
            work.retryAtMillis = 0;
            work.killByBootMillis = state.lease.deadlineMillis() + graceMillis();
            work.log.add(state.nowMillis, "the host's lease has ended: the pod is not to run any more");
            state.stateDirty = true;
        }
    }

    /** Of an older session, of an older controller, or no step forward: nothing. */
    void granted(AgentEvent.LeaseGranted granted, List<AgentEffect> effects) {
        if (granted.epoch() != state.sessionEpoch
                || granted.term() < state.membership.highestTerm()
                || granted.leaseMillis() <= 0) {
            return;
        }
        long sent = Math.min(granted.sentBootMillis(), state.bootMillis);
        long deadline = sent + granted.leaseMillis();
        if (!state.lease.bootId().equals(state.bootId) || deadline > state.lease.deadlineMillis()) {
            effects.add(new AgentEffect.SaveLease(new Lease(state.bootId, granted.term(), deadline, state.timeScale)));
        }
    }

    void saved(Lease lease) {
        boolean first = !state.lease.bootId().equals(state.bootId);
        if (first || lease.deadlineMillis() > state.lease.deadlineMillis()) {
            state.lease = lease;
        }
        state.leaseHeld = state.lease.holds(state.bootId, state.bootMillis);
    }

    /** What a stop of this pod may take; of a late look at the clock less is left, down to nothing. */
    int graceMillis(PodWork work, int own) {
        if (!work.elastic()) {
            return own;
        }
        long grace = Math.min(own, graceMillis());
        if (work.fenced) {
            grace = Math.min(grace, work.killByBootMillis - state.bootMillis);
        } else if (!state.leaseHeld) {
            grace = Math.min(grace, state.lease.deadlineMillis() + graceMillis() - state.bootMillis);
        }
        return (int) Math.max(0, grace);
    }

    private long graceMillis() {
        return (long) (GRACE_MILLIS * state.timeScale);
    }

    /** Whether the end of the lease would end something. */
    boolean concernsAny() {
        return state.pods.values().stream().anyMatch(work -> work.elastic() && work.exit == null);
    }

    /** The deadline on the engine's other clock, as if the machine did not sleep till then. */
    long endMillis() {
        return state.leaseHeld && concernsAny()
                ? state.nowMillis + state.lease.deadlineMillis() - state.bootMillis
                : Long.MAX_VALUE;
    }

    /** Whether something may be alive that the lease does not cover. */
    boolean anyOverdue() {
        return state.pods.values().stream().anyMatch(this::isOverdue);
    }

    boolean isOverdue(PodWork work) {
        boolean perhapsAlive =
                work.knowledge == Knowledge.RUNNING || work.knowledge == Knowledge.UNKNOWN || work.isStarting();
        boolean covered = !work.fenced && state.lease.holds(state.bootId, state.bootMillis);
        return work.elastic() && perhapsAlive && !covered;
    }
}
