package dev.berth.agent.model;

/**
 * One unit that the host offers.
 *
 * @param id UUID of the GPU or MIG instance; of a CPU unit as {@link CpuUnits} makes it
 * @param nvmlName model as the driver names it, of a MIG instance with its profile
 * @param minor N of /dev/nvidiaN, of a MIG instance that of its GPU; -1: none
 * @param cpuAffinity CPUs near it, as the kernel writes lists; empty where nothing is known
 * @param numaNode {@link #NO_NODE} where nothing is known
 */
public record UnitFacts(String id, String nvmlName, int vramMib, int minor, String cpuAffinity, int numaNode) {
    public static final int NO_NODE = -1;
}
