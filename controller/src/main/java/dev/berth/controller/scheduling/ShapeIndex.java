package dev.berth.controller.scheduling;

import java.util.List;

/** The hosts of one shape, and where their units stand in the index. Part of {@link FreeUnits}, same thread. */
final class ShapeIndex {
    private final HostShape shape;
    private final List<GroupIndex> groups;
    private final OrdinalSet hosts = new OrdinalSet();

    /** One group of units of the shape: its lane, its stock and how units of it are chosen. */
    record GroupIndex(UnitGroup group, Lane lane, StockCount stock, UnitChoice choice) {}

    ShapeIndex(HostShape shape, List<GroupIndex> groups) {
        this.shape = shape;
        this.groups = groups;
    }

    HostShape shape() {
        return shape;
    }

    List<GroupIndex> groups() {
        return groups;
    }

    OrdinalSet hosts() {
        return hosts;
    }
}
