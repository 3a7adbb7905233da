package dev.berth.controller.cluster;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.UnitFacts;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts report a unit: mostly one, but two when a card has moved and its old host has not said so. Follows the
 * inventories alone. Part of {@link ClusterState}, same thread.
 */
final class UnitReports {
    private final Map<String, HostId> reporter = new HashMap<>();
    private final Map<String, NavigableSet<HostId>> several = new HashMap<>();

    void take(@Nullable Host before, Host now) {
        if (before != null && before.inventory().equals(now.inventory())) {
            return;
        }
        Set<String> gone = new HashSet<>();
        if (before != null) {
            before.inventory().units().forEach(unit -> gone.add(unit.id()));
        }
        for (UnitFacts unit : now.inventory().units()) {
            if (!gone.remove(unit.id())) {
                add(now.id(), unit.id());
            }
        }
        gone.forEach(unitId -> drop(now.id(), unitId));
    }

    private void add(HostId hostId, String unitId) {
        HostId first = reporter.putIfAbsent(unitId, hostId);
        if (first != null && !first.equals(hostId)) {
            NavigableSet<HostId> all = several.computeIfAbsent(unitId, id -> new TreeSet<>());
            all.add(first);
            all.add(hostId);
        }
    }

    private void drop(HostId hostId, String unitId) {
        NavigableSet<HostId> all = several.get(unitId);
        if (all == null) {
            reporter.remove(unitId, hostId);
            return;
        }
        all.remove(hostId);
        reporter.put(unitId, all.first());
        if (all.size() == 1) {
            several.remove(unitId);
        }
    }

    /** Other hosts than this one that report the unit, by id. */
    Collection<HostId> others(HostId hostId, String unitId) {
        NavigableSet<HostId> all = several.isEmpty() ? null : several.get(unitId);
        if (all != null) {
            return all.stream().filter(host -> !host.equals(hostId)).toList();
        }
        HostId only = reporter.get(unitId);
        return only == null || only.equals(hostId) ? List.of() : List.of(only);
    }
}
