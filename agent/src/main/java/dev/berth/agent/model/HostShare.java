package dev.berth.agent.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the units of this host are worth, and which CPUs are whose.
 *
 * @param gpu of each GPU and MIG instance; nothing on a host without
 * @param cpu of each CPU unit
 * @param cpuUnits their ids
 * @param cpusets disjoint, by unit id, as the kernel writes lists; empty where shares are enforced by quota alone
 */
public record HostShare(UnitShare gpu, UnitShare cpu, SortedSet<String> cpuUnits, SortedMap<String, String> cpusets) {
    public HostShare {
        cpuUnits = Collections.unmodifiableSortedSet(new TreeSet<>(cpuUnits));
    }

    public UnitShare of(String unitId) {
        return cpuUnits.contains(unitId) ? cpu : gpu;
    }
}
