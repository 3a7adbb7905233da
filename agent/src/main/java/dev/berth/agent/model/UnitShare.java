package dev.berth.agent.model;

/**
 * What one unit is worth, in hundredths of a CPU and in MiB. What is enforced equals what is granted unless the host
 * claims more than the machine has.
 */
public record UnitShare(int cpuHundredths, long memoryMib, int enforcedCpuHundredths, long enforcedMemoryMib) {
    public static final UnitShare NONE = new UnitShare(0, 0, 0, 0);
}
