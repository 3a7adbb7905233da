package dev.berth.agent.host;

import java.util.BitSet;

/**
 * What there is to divide. An offer beyond the machine is a claim: then shares are enforced scaled by machine / offered.
 *
 * @param cpus offered, those set aside included; more than the machine's only where the host claims so
 * @param online CPUs of the machine that may be used
 * @param reservedCpus kept for the host itself, before anything is divided
 */
public record Capacity(
        int cpus, long memoryMib, BitSet online, long machineMemoryMib, int reservedCpus, long reservedMemoryMib) {
    public Capacity {
        online = (BitSet) online.clone();
    }

    @Override
    public BitSet online() {
        return (BitSet) online.clone();
    }

    public boolean isClaimed() {
        return cpus > online.cardinality() || memoryMib > machineMemoryMib;
    }

    int freeCpus() {
        return Math.max(0, cpus - reservedCpus);
    }

    long freeMemoryMib() {
        return Math.max(0, memoryMib - reservedMemoryMib);
    }

    int enforcedCpuHundredths(int granted) {
        return (int) Math.max(1, scaled(granted, online.cardinality(), cpus));
    }

    long enforcedMemoryMib(long granted) {
        return scaled(granted, machineMemoryMib, memoryMib);
    }

    private static long scaled(long granted, long machine, long offered) {
        return offered > machine ? granted * machine / offered : granted;
    }
}
