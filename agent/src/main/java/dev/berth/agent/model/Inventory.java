package dev.berth.agent.model;

import java.util.List;

/** Everything that the host tells the controller about itself. Units: GPUs, then MIG instances, then CPU units. */
public record Inventory(
        HostFacts facts,
        List<UnitFacts> units,
        List<UnitLink> links,
        HostShare share,
        boolean simulated,
        List<String> warnings,
        HostReach reach) {
    public Inventory {
        units = List.copyOf(units);
        links = List.copyOf(links);
        warnings = List.copyOf(warnings);
    }
}
