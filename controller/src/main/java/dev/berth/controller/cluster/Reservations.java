package dev.berth.controller.cluster;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which waiting pod has free units of which host kept for it: at most one host a pod. Part of {@link ClusterState}. */
final class Reservations {
    private final NavigableMap<PodId, Reservation> byPod = new TreeMap<>();
    private final Map<HostId, NavigableMap<PodId, Reservation>> byHost = new HashMap<>();

    void put(Reservation reservation) {
        drop(reservation.podId());
        byPod.put(reservation.podId(), reservation);
        byHost.computeIfAbsent(reservation.hostId(), id -> new TreeMap<>()).put(reservation.podId(), reservation);
    }

    /** The reservation that was dropped; null when there was none. */
    @Nullable
    Reservation drop(PodId podId) {
        Reservation before = byPod.remove(podId);
        if (before != null) {
            NavigableMap<PodId, Reservation> ofHost = byHost.getOrDefault(before.hostId(), new TreeMap<>());
            ofHost.remove(podId);
            if (ofHost.isEmpty()) {
                byHost.remove(before.hostId());
            }
        }
        return before;
    }

    @Nullable
    Reservation ofPod(PodId podId) {
        return byPod.get(podId);
    }

    Collection<Reservation> ofHost(HostId hostId) {
        NavigableMap<PodId, Reservation> ofHost = byHost.get(hostId);
        return ofHost == null ? List.of() : ofHost.values();
    }

    Collection<Reservation> all() {
        return byPod.values();
    }
}
