package dev.berth.controller.cluster;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.UnitFacts;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which pod holds which unit: at most one a unit (INV-01), on whatever host, refused loudly otherwise, so that a wrong
 * record stops the controller instead of handing a GPU out twice. Part of {@link ClusterState}, same thread.
 */
final class UnitClaims {
    private final Map<HostId, Map<String, PodId>> holders = new HashMap<>();
    private final Map<String, HostId> heldOn = new HashMap<>();
    /** Pods that run there without any unit. */
    private final Map<HostId, NavigableSet<PodId>> unitless = new HashMap<>();

    private final Map<HostId, Integer> freeUnits = new HashMap<>();

    void claim(Host host, PodId pod, List<String> unitIds) {
        Map<String, PodId> ofHost = holders.computeIfAbsent(host.id(), id -> new HashMap<>());
        if (unitIds.isEmpty()) {
            unitless.computeIfAbsent(host.id(), id -> new TreeSet<>()).add(pod);
        }
        for (String unitId : unitIds) {
            HostId elsewhere = heldElsewhere(host.id(), unitId);
            if (elsewhere != null) {
                throw new IllegalStateException("Unit " + unitId + " is held on host " + elsewhere
                        + " and cannot be given to pod " + pod + " on host " + host.id());
            }
            heldOn.put(unitId, host.id());
            PodId holder = ofHost.putIfAbsent(unitId, pod);
            if (holder != null) {
                throw new IllegalStateException("Unit " + unitId + " of host " + host.id() + " is held by pod " + holder
                        + " and cannot be given to pod " + pod);
            }
        }
        recount(host);
    }

    void release(Host host, PodId pod, List<String> unitIds) {
        Map<String, PodId> ofHost = holders.getOrDefault(host.id(), Map.of());
        if (unitIds.isEmpty()
                && !unitless.getOrDefault(host.id(), new TreeSet<>()).remove(pod)) {
            throw new IllegalStateException("Pod " + pod + " leaves host " + host.id() + ", where it is not");
        }
        for (String unitId : unitIds) {
            heldOn.remove(unitId, host.id());
            if (!ofHost.remove(unitId, pod)) {
                throw new IllegalStateException("Pod " + pod + " releases unit " + unitId + " of host " + host.id()
                        + ", which it does not hold");
            }
        }
        recount(host);
    }

    @Nullable
    PodId holder(HostId hostId, String unitId) {
        return holders.getOrDefault(hostId, Map.of()).get(unitId);
    }

    /** The other host on which a pod holds this unit; null for none. */
    @Nullable
    HostId heldElsewhere(HostId hostId, String unitId) {
        HostId held = heldOn.get(unitId);
        return held == null || held.equals(hostId) ? null : held;
    }

    /** Pods that hold units of the host, or run there without any, by id. */
    Collection<PodId> holders(HostId hostId) {
        NavigableSet<PodId> pods =
                new TreeSet<>(holders.getOrDefault(hostId, Map.of()).values());
        pods.addAll(unitless.getOrDefault(hostId, Collections.emptyNavigableSet()));
        return pods;
    }

    int freeUnits(HostId hostId) {
        return freeUnits.getOrDefault(hostId, 0);
    }

    /** Only units that the host reports now count as free: one that fell off the bus does not. */
    void recount(Host host) {
        int free = 0;
        for (UnitFacts unit : host.inventory().units()) {
            if (!heldOn.containsKey(unit.id())) {
                free++;
            }
        }
        freeUnits.put(host.id(), free);
    }
}
