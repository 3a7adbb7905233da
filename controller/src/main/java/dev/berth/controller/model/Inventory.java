package dev.berth.controller.model;

import java.util.List;

/** What a host offers, as its agent reported it last. */
public record Inventory(
        HostFacts facts, List<UnitFacts> units, UnitShare share, boolean simulated, List<String> warnings) {}
