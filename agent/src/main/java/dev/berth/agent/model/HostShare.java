package dev.berth.agent.model;

import java.util.SortedMap;

/**
 * What one unit of this host is worth: what is granted, what the machine can enforce of it, and each unit's CPUs.
 *
 * @param unitCpuHundredths granted, in hundredths of a CPU; 0 on a host without GPUs
 * @param enforcedUnitCpuHundredths equal to what is granted unless the host claims more than the machine has
 * @param cpusets disjoint, by unit id, as the kernel writes lists; empty where shares are enforced by quota alone
 */
public record HostShare(
        int unitCpuHundredths,
        long unitMemoryMib,
        int enforcedUnitCpuHundredths,
        long enforcedUnitMemoryMib,
        SortedMap<String, String> cpusets) {}
