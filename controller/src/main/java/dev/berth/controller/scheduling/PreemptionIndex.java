package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Spot pods that hold units: model → bid → pods, youngest first, and by host. Derived from the cluster's state, told of
 * every change of a pod; the loop's thread alone.
 */
final class PreemptionIndex {
    private final Map<PodId, PreemptionVictim> byPod = new HashMap<>();
    private final Map<HostId, NavigableSet<PreemptionVictim>> byHost = new HashMap<>();
    private final NavigableMap<String, NavigableMap<Long, NavigableSet<PreemptionVictim>>> byModel = new TreeMap<>();

    void take(Pod pod) {
        PreemptionVictim now = PreemptionVictim.isOne(pod) ? PreemptionVictim.of(pod) : null;
        PreemptionVictim before = now == null ? byPod.remove(pod.id()) : byPod.put(pod.id(), now);
        if (now == null ? before == null : now.equals(before)) {
            return;
        }
        if (before != null) {
            unlist(before);
        }
        if (now != null) {
            byHost.computeIfAbsent(now.hostId(), id -> new TreeSet<>()).add(now);
            byModel.computeIfAbsent(now.gpuModel(), model -> new TreeMap<>())
                    .computeIfAbsent(now.bidMicros(), bid -> new TreeSet<>(PreemptionVictim.YOUNGEST_FIRST))
                    .add(now);
        }
    }

    private void unlist(PreemptionVictim victim) {
        NavigableSet<PreemptionVictim> ofHost = byHost.getOrDefault(victim.hostId(), new TreeSet<>());
        ofHost.remove(victim);
        if (ofHost.isEmpty()) {
            byHost.remove(victim.hostId());
        }
        NavigableMap<Long, NavigableSet<PreemptionVictim>> bids =
                byModel.getOrDefault(victim.gpuModel(), new TreeMap<>());
        NavigableSet<PreemptionVictim> ofBid = bids.getOrDefault(victim.bidMicros(), new TreeSet<>());
        ofBid.remove(victim);
        if (ofBid.isEmpty()) {
            bids.remove(victim.bidMicros());
        }
    }

    /** Bids of the model that are below the limit, lowest first, with the pods that made them. */
    NavigableMap<Long, NavigableSet<PreemptionVictim>> below(long bidMicros, String gpuModel) {
        return byModel.getOrDefault(gpuModel, new TreeMap<>()).headMap(bidMicros, false);
    }

    /** Of one host, lowest bid first. */
    NavigableSet<PreemptionVictim> on(HostId hostId) {
        NavigableSet<PreemptionVictim> ofHost = byHost.get(hostId);
        return ofHost == null ? Collections.emptyNavigableSet() : Collections.unmodifiableNavigableSet(ofHost);
    }
}
