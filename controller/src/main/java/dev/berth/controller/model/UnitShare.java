package dev.berth.controller.model;

/** CPUs (in hundredths) and memory of one unit: as granted, and as the machine can enforce. */
public record UnitShare(int cpuHundredths, long memoryMib, int enforcedCpuHundredths, long enforcedMemoryMib) {
    public static final UnitShare NONE = new UnitShare(0, 0, 0, 0);
}
