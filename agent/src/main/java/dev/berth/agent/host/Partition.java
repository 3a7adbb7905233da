package dev.berth.agent.host;

import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitShare;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides a host: what is reserved stays with it, then come CPU units, then equal units of the rest, one for each GPU or
 * MIG instance: whole CPUs and whole MiB, what does not divide stays with the host. With fewer CPUs than GPUs the share
 * is in hundredths, by quota alone. Pure; called at start.
 *
 * @param units GPUs, MIG instances, then CPU units
 */
public record Partition(List<UnitFacts> units, HostShare share) {
    private static final int HUNDREDTHS = 100;
    /** The least that the engine takes. */
    private static final int LEAST_MEMORY_MIB = 6;

    public Partition {
        units = List.copyOf(units);
    }

    /** A host without GPUs: as many CPU units as both its CPUs and its memory give. */
    public static Partition ofCpus(String hostId, Capacity capacity) {
        int count = (int) Math.min(capacity.freeCpus(), capacity.freeMemoryMib() / CpuUnits.MEMORY_MIB);
        return of(List.of(), CpuUnits.of(hostId, count), capacity);
    }

    /**
     * A host with GPUs.
     *
     * @param gpus in order of their index; CPUs are given out in that order
     * @param cpuPool CPU units that are set aside
     * @throws IllegalArgumentException when that leaves nothing for the GPUs, or is more than there is
     */
    public static Partition ofGpus(List<UnitFacts> gpus, String hostId, int cpuPool, Capacity capacity) {
        boolean tooMuch = cpuPool > capacity.freeCpus()
                || (long) cpuPool * CpuUnits.MEMORY_MIB > capacity.freeMemoryMib()
                || (!gpus.isEmpty() && cpuPool > 0 && cpuPool == capacity.freeCpus());
        if (tooMuch) {
            throw new IllegalArgumentException("--cpu-pool: " + cpuPool + " CPUs with 2 GB each are more than the "
                    + capacity.freeCpus() + " CPUs and " + capacity.freeMemoryMib()
                    + " MiB of this host can spare; give a smaller pool");
        }
        return of(gpus, CpuUnits.of(hostId, cpuPool), capacity);
    }

    private static Partition of(List<UnitFacts> gpus, List<UnitFacts> pool, Capacity capacity) {
        int cpus = capacity.freeCpus() - pool.size();
        long memoryMib = capacity.freeMemoryMib() - (long) pool.size() * CpuUnits.MEMORY_MIB;
        int wholeCpus = gpus.isEmpty() ? 0 : cpus / gpus.size();
        boolean quotaAlone = capacity.isClaimed() || (!gpus.isEmpty() && wholeCpus == 0);
        List<UnitFacts> all = new ArrayList<>(gpus);
        all.addAll(pool);
        UnitShare gpu = gpus.isEmpty()
                ? UnitShare.NONE
                : share(
                        wholeCpus > 0 ? wholeCpus * HUNDREDTHS : cpus * HUNDREDTHS / gpus.size(),
                        memoryMib / gpus.size(),
                        capacity);
        UnitShare cpu = pool.isEmpty() ? UnitShare.NONE : share(HUNDREDTHS, CpuUnits.MEMORY_MIB, capacity);
        SortedMap<String, String> cpusets =
                quotaAlone ? new TreeMap<>() : cpusets(gpus, wholeCpus, pool, capacity.online());
        return new Partition(all, new HostShare(gpu, cpu, ids(pool), cpusets));
    }

    private static SortedSet<String> ids(List<UnitFacts> units) {
        SortedSet<String> ids = new TreeSet<>();
        units.forEach(unit -> ids.add(unit.id()));
        return ids;
    }

    private static UnitShare share(int cpuHundredths, long memoryMib, Capacity capacity) {
        return new UnitShare(
                cpuHundredths,
                memoryMib,
                capacity.enforcedCpuHundredths(cpuHundredths),
                Math.max(LEAST_MEMORY_MIB, capacity.enforcedMemoryMib(memoryMib)));
    }

    /** First each GPU's own from the CPUs near it, then what is missing from the rest, then the CPU units'. */
    private static SortedMap<String, String> cpusets(
            List<UnitFacts> gpus, int share, List<UnitFacts> pool, BitSet online) {
        BitSet free = (BitSet) online.clone();
        SortedMap<String, BitSet> taken = new TreeMap<>();
        for (UnitFacts unit : gpus) {
            BitSet near = CpuSet.parse(unit.cpuAffinity());
            near.and(free);
            BitSet own = first(near, share);
            taken.put(unit.id(), own);
            free.andNot(own);
        }
        SortedMap<String, String> lists = new TreeMap<>();
        for (UnitFacts unit : gpus) {
            BitSet own = taken.getOrDefault(unit.id(), new BitSet());
            own.or(take(free, share - own.cardinality()));
            lists.put(unit.id(), CpuSet.format(own));
        }
        for (UnitFacts unit : pool) {
            lists.put(unit.id(), CpuSet.format(take(free, 1)));
        }
        return lists;
    }

    private static BitSet take(BitSet free, int count) {
        BitSet taken = first(free, count);
        free.andNot(taken);
        return taken;
    }

    private static BitSet first(BitSet from, int count) {
        BitSet chosen = new BitSet();
        for (int cpu = from.nextSetBit(0); cpu >= 0 && chosen.cardinality() < count; cpu = from.nextSetBit(cpu + 1)) {
            chosen.set(cpu);
        }
        return chosen;
    }
}
