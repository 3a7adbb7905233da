package dev.berth.controller.cluster;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PortBinding;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * Which pod has which published port of which host: at most one each (INV-08), refused loudly otherwise. Part of
 * {@link ClusterState}, same thread.
 */
final class PortClaims {
    private final Map<HostId, NavigableMap<Integer, PodId>> holders = new HashMap<>();

    void claim(HostId hostId, PodId podId, List<PortBinding> ports) {
        for (PortBinding port : ports) {
            PodId holder =
                    holders.computeIfAbsent(hostId, id -> new TreeMap<>()).putIfAbsent(port.hostPort(), podId);
            if (holder != null && !holder.equals(podId)) {
                throw new IllegalStateException("Port " + port.hostPort() + " of host " + hostId + " is held by pod "
                        + holder + " and cannot be given to pod " + podId);
            }
        }
    }

    void release(HostId hostId, PodId podId, List<PortBinding> ports) {
        NavigableMap<Integer, PodId> ofHost = holders.get(hostId);
        if (ofHost != null) {
            ports.forEach(port -> ofHost.remove(port.hostPort(), podId));
        }
    }

    NavigableSet<Integer> taken(HostId hostId) {
        return Collections.unmodifiableNavigableSet(
                holders.getOrDefault(hostId, new TreeMap<>()).navigableKeySet());
    }
}
