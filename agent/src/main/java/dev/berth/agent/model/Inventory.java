package dev.berth.agent.model;

import java.util.List;

/** Everything that the host tells the controller about itself. */
public record Inventory(
        HostFacts facts, List<UnitFacts> units, HostShare share, boolean simulated, List<String> warnings) {
    public Inventory {
        units = List.copyOf(units);
        warnings = List.copyOf(warnings);
    }
}
