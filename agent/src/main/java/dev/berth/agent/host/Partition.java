package dev.berth.agent.host;

import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitFacts;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Divides a host into equal units, one for each GPU: whole CPUs and whole MiB, what does not divide stays with the host.
 * With fewer CPUs than GPUs the share is in hundredths, by quota alone. A host that claims more than its machine has
 * enforces its shares scaled by machine / claimed. Pure; called at start and whenever the GPUs changed.
 */
public final class Partition {
    private static final int HUNDREDTHS = 100;
    /** The least that the engine takes. */
    private static final int LEAST_MEMORY_MIB = 6;

    private Partition() {}

    /**
     * The shares of a host.
     *
     * @param units in order of their index; CPUs are given out in that order
     * @param cpus offered; more than the machine's only where the host claims so
     * @param online CPUs of the machine that may be used
     */
    public static HostShare of(List<UnitFacts> units, int cpus, long memoryMib, BitSet online, long machineMemoryMib) {
        if (units.isEmpty()) {
            return new HostShare(0, 0, 0, 0, new TreeMap<>());
        }
        int machineCpus = online.cardinality();
        int wholeCpus = cpus / units.size();
        int cpuHundredths = wholeCpus > 0 ? wholeCpus * HUNDREDTHS : cpus * HUNDREDTHS / units.size();
        long unitMemoryMib = memoryMib / units.size();
        boolean claimed = cpus > machineCpus || memoryMib > machineMemoryMib;
        SortedMap<String, String> cpusets =
                claimed || wholeCpus == 0 ? new TreeMap<>() : cpusets(units, wholeCpus, online);
        return new HostShare(
                cpuHundredths,
                unitMemoryMib,
                (int) Math.max(1, scaled(cpuHundredths, machineCpus, cpus)),
                Math.max(LEAST_MEMORY_MIB, scaled(unitMemoryMib, machineMemoryMib, memoryMib)),
                cpusets);
    }

    private static long scaled(long granted, long machine, long offered) {
        return offered > machine ? granted * machine / offered : granted;
    }

    /** First each unit's own from the CPUs near its GPU, then what is missing from those that nobody is near. */
    private static SortedMap<String, String> cpusets(List<UnitFacts> units, int share, BitSet online) {
        BitSet free = (BitSet) online.clone();
        SortedMap<String, BitSet> taken = new TreeMap<>();
        for (UnitFacts unit : units) {
            BitSet near = CpuSet.parse(unit.cpuAffinity());
            near.and(free);
            BitSet own = first(near, share);
            taken.put(unit.id(), own);
            free.andNot(own);
        }
        SortedMap<String, String> lists = new TreeMap<>();
        for (UnitFacts unit : units) {
            BitSet own = taken.getOrDefault(unit.id(), new BitSet());
            BitSet rest = first(free, share - own.cardinality());
            free.andNot(rest);
            own.or(rest);
            lists.put(unit.id(), CpuSet.format(own));
        }
        return lists;
    }

    private static BitSet first(BitSet from, int count) {
        BitSet chosen = new BitSet();
        for (int cpu = from.nextSetBit(0); cpu >= 0 && chosen.cardinality() < count; cpu = from.nextSetBit(cpu + 1)) {
            chosen.set(cpu);
        }
        return chosen;
    }
}
