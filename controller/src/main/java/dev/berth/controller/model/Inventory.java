package dev.berth.controller.model;

import java.util.List;

/** What a host offers, as its agent reported it last: GPUs first, then MIG instances, then CPU units. */
public record Inventory(
        HostFacts facts, List<UnitFacts> units, List<GpuLink> links, boolean simulated, List<String> warnings) {
    /** Share of the host's first unit, which all its GPUs have. */
    public UnitShare share() {
        return units.isEmpty() ? UnitShare.NONE : units.getFirst().share();
    }
}
