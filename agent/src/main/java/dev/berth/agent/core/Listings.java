package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.ContainersListed;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asks for all containers, mounts and copies of volumes of the host at the start and every 30 s, and takes the answer in: what a step touched since
 * the question is left out, what is absent from a listing is asked for by name before it counts as absent.
 */
final class Listings {
    static final long PERIOD_MILLIS = 30_000;
    private static final long DOUBT_MILLIS = 1_000;

    private final AgentState state;
    private final Copies copies;

    Listings(AgentState state, Copies copies) {
        this.state = state;
        this.copies = copies;
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
        mounts(listed, nowMillis);
        copies.listed(listed.copies());
        if (copies.anyInDoubt()) {
            // This one had been asked for before.
            state.nextListingMillis = nowMillis + DOUBT_MILLIS;
        }
        state.listed = true;
    }

    void failed(long token, long nowMillis) {
        if (state.listingInFlight && token == state.listingToken) {
            state.listingInFlight = false;
            state.nextListingMillis = nowMillis + Backoff.delayMillis(state.listingAttempts++);
        }
    }

    /** The kernel tells what is mounted, whatever is remembered. */
    private void mounts(ContainersListed listed, long nowMillis) {
        Set<PodKey> mounted = new TreeSet<>(listed.mounted());
        for (PodKey key : mounted) {
            if (!state.pods.containsKey(key)) {
                state.workOf(key).missingSinceMillis = nowMillis;
            }
        }
        for (PodWork work : state.pods.values()) {
            if (!untouched(work)) {
                continue;
            }
            if (mounted.contains(work.key)) {
                work.mounts = work.mounts == Mounts.MADE ? Mounts.MADE : Mounts.FOUND;
            } else if (work.mounts != Mounts.MADE || work.mountsOwnVolumes()) {
                // Of network volumes nothing is mounted: they are folders.
                work.mounts = Mounts.NONE;
            }
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
