package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Index of free units: GPU model → number of free units → hosts, for hosts that are open for pods. A best fit looks at
 * the fullest hosts first. Derived from the cluster's state; belongs to the loop's thread.
 */
public final class FreeUnits {
    private final NavigableMap<String, NavigableMap<Integer, NavigableSet<HostId>>> byModel = new TreeMap<>();
    private final Map<HostId, NavigableMap<String, List<String>>> byHost = new HashMap<>();

    /** Replaces what is known of a host; an empty map takes it out. Unit ids in the order in which to give them. */
    public void update(HostId hostId, NavigableMap<String, List<String>> freeByModel) {
        NavigableMap<String, List<String>> before = byHost.remove(hostId);
        if (before != null) {
            before.forEach((model, units) -> unlink(model, units.size(), hostId));
        }
        if (!freeByModel.isEmpty()) {
            byHost.put(hostId, freeByModel);
            freeByModel.forEach((model, units) -> byModel.computeIfAbsent(model, m -> new TreeMap<>())
                    .computeIfAbsent(units.size(), n -> new TreeSet<>())
                    .add(hostId));
        }
    }

    private void unlink(String model, int free, HostId hostId) {
        NavigableMap<Integer, NavigableSet<HostId>> ofModel = byModel.getOrDefault(model, new TreeMap<>());
        NavigableSet<HostId> hosts = ofModel.getOrDefault(free, new TreeSet<>());
        hosts.remove(hostId);
        if (hosts.isEmpty()) {
            ofModel.remove(free);
        }
        if (ofModel.isEmpty()) {
            byModel.remove(model);
        }
    }

    /** Models with free units, by name. */
    Collection<String> models() {
        return byModel.keySet();
    }

    /** Number of free units, at least {@code count}, to the hosts that have as many; fewest first. */
    NavigableMap<Integer, NavigableSet<HostId>> withAtLeast(String model, int count) {
        return byModel.getOrDefault(model, new TreeMap<>()).tailMap(count, true);
    }

    /** Free units of the model on the host. */
    List<String> units(HostId hostId, String model) {
        return byHost.getOrDefault(hostId, new TreeMap<>()).getOrDefault(model, List.of());
    }
}
