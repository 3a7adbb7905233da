package dev.berth.agent.core;

import dev.berth.agent.core.AgentEvent.ContainersListed;
import dev.berth.agent.core.AgentEvent.VolumesListed;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks for all containers of the host, and for all mounts and copies of volumes, at the start and every 30 s, and takes
 * the answers in: what a step touched since the question is left out, what is absent from a listing is asked for by name
 * before it counts as absent. Neither waits for the other: a disk that cannot be listed hides no container.
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

    void ask(long nowMillis, List<AgentEffect> effects) {
        if (state.containers.isDue(nowMillis)) {
            state.containers.asked(++state.changes);
            effects.add(new AgentEffect.ListContainers(state.changes));
        }
        if (state.volumes.isDue(nowMillis)) {
            state.volumes.asked(++state.changes);
            effects.add(new AgentEffect.ListVolumes(state.changes));
        }
    }

    void take(ContainersListed listed, long nowMillis) {
        boolean first = !state.containers.known;
        if (!state.containers.takes(listed.token(), nowMillis + PERIOD_MILLIS)) {
            return;
        }
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
        recovery.unknown().forEach(found -> adopt(found, first, nowMillis));
    }

    void take(VolumesListed listed, long nowMillis) {
        if (!state.volumes.takes(listed.token(), nowMillis + PERIOD_MILLIS)) {
            return;
        }
        mounts(listed, nowMillis);
        copies.listed(listed.copies());
        if (copies.anyInDoubt()) {
            // This one had been asked for before.
            state.volumes.askBy(nowMillis + DOUBT_MILLIS);
        }
    }

    /** What is known stays as it is. */
    void failed(long token, long nowMillis) {
        state.containers.failed(token, nowMillis);
        state.volumes.failed(token, nowMillis);
    }

    /** The kernel tells what is mounted, whatever is remembered. */
    private void mounts(VolumesListed listed, long nowMillis) {
        Set<PodKey> mounted = new TreeSet<>(listed.mounted());
        for (PodKey key : mounted) {
            if (!state.pods.containsKey(key)) {
                state.workOf(key).missingSinceMillis = nowMillis;
            }
        }
        for (PodWork work : state.pods.values()) {
            // Before they are known no step has touched them.
            boolean untouched =
                    work.mounts == Mounts.UNKNOWN || (work.inFlight == null && state.volumes.isAfter(work.stamp));
            if (!untouched) {
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
        return work.inFlight == null && state.containers.isAfter(work.stamp);
    }

    /** Of no placement: its units are held at once, and it is asked for by name, for the listing may be stale. */
    private void adopt(FoundContainer found, boolean first, long nowMillis) {
        PodWork work = state.workOf(found.key());
        work.containerId = found.containerId();
        work.labelledUnits = found.unitIds();
        work.labelledElastic = found.elastic();
        work.fromFormerBoot = state.rebooted && first;
        work.missingSinceMillis = nowMillis;
        // What of it is mounted was listed before it was known, or not at all.
        state.volumes.askBy(nowMillis);
    }
}
