package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.ContainersListed;
import dev.berth.agent.model.FoundContainer;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asks for all containers of the host at the start and every 30 s, and takes the answer in: what a step touched since
 * the question is left out, what is absent from a listing is asked for by name before it counts as absent.
 */
final class Listings {
    static final long PERIOD_MILLIS = 30_000;

    private final AgentState state;

    Listings(AgentState state) {
        this.state = state;
    }

    AgentEffect.@Nullable ListContainers due(long nowMillis) {
        if (state.listingInFlight || nowMillis < state.nextListingMillis) {
            return null;
        }
        state.listingInFlight = true;
        state.listingToken = ++state.changes;
        return new AgentEffect.ListContainers(state.listingToken);
    }

    void take(ContainersListed listed, long nowMillis) {
        if (!state.listingInFlight || listed.token() != state.listingToken) {
            return;
        }
        state.listingInFlight = false;
        state.listingAttempts = 0;
        state.nextListingMillis = nowMillis + PERIOD_MILLIS;
        Recovery recovery = Recovery.pair(new TreeSet<>(state.pods.keySet()), listed.containers());
        recovery.paired().forEach((key, found) -> {
            PodWork work = state.workOf(key);
            if (untouched(work)) {
                state.stateDirty |= work.observe(found);
            }
        });
        recovery.missing().forEach(key -> {
            PodWork work = state.workOf(key);
            if (untouched(work)) {
                work.doubt();
            }
        });
        recovery.unknown().forEach(found -> adopt(found, nowMillis));
        state.listed = true;
    }

    void failed(long token, long nowMillis) {
        if (state.listingInFlight && token == state.listingToken) {
            state.listingInFlight = false;
            state.nextListingMillis = nowMillis + Backoff.delayMillis(state.listingAttempts++);
        }
    }

    private boolean untouched(PodWork work) {
        return work.inFlight == null && work.stamp < state.listingToken;
    }

    /** Of no placement: its units are held at once, and it is asked for by name, for the listing may be stale. */
    private void adopt(FoundContainer found, long nowMillis) {
        PodWork work = state.workOf(found.key());
        work.containerId = found.containerId();
        work.labelledUnits = found.unitIds();
        work.labelledElastic = found.elastic();
        work.fromFormerBoot = state.rebooted && !state.listed;
        work.missingSinceMillis = nowMillis;
    }
}
