package dev.berth.controller.model;

import java.util.List;

/** What a host offers, as its agent reported it last: GPUs first, then MIG instances, then CPU units. */
public record Inventory(
        HostFacts facts,
        List<UnitFacts> units,
        List<GpuLink> links,
        HostReach reach,
        boolean simulated,
        List<String> warnings) {
    /** Disk of a simulated host counts so many times: nothing that it claims is there. */
    private static final int SIMULATED_DISK_OVERCOMMIT = 20;

    /** Of a host that publishes no ports, gives no volumes and says nothing of its disk. */
    public Inventory(
            HostFacts facts, List<UnitFacts> units, List<GpuLink> links, boolean simulated, List<String> warnings) {
        this(facts, units, links, HostReach.NONE, simulated, warnings);
    }

    /** Share of the host's first unit, which all its GPUs have. */
    public UnitShare share() {
        return units.isEmpty() ? UnitShare.NONE : units.getFirst().share();
    }

    /** Disk that placements may give away, in GB; a host that says nothing of it counts as endless. */
    public long allocatableDiskGb() {
        if (reach.diskGb() == 0) {
            return Long.MAX_VALUE;
        }
        return reach.diskGb() * (simulated ? SIMULATED_DISK_OVERCOMMIT : 1);
    }
}
