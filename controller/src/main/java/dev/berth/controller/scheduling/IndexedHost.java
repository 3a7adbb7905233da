package dev.berth.controller.scheduling;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import java.util.Set;

/** A host as the index knows it: one block for each group of its shape. Part of {@link FreeUnits}, same thread. */
final class IndexedHost {
    private Host host;
    private ShapeIndex shape;
    private Block[] blocks;
    private boolean ready;
    private int ordinal;
    private Set<String> images = Set.of();

    IndexedHost(Host host, ShapeIndex shape) {
        this.host = host;
        this.shape = shape;
        this.blocks = blocksOf(shape);
    }

    private static Block[] blocksOf(ShapeIndex shape) {
        return shape.groups().stream().map(Block::new).toArray(Block[]::new);
    }

    Host host() {
        return host;
    }

    HostId id() {
        return host.id();
    }

    ShapeIndex shape() {
        return shape;
    }

    Block[] blocks() {
        return blocks;
    }

    boolean isOpen() {
        return host.standing().isOpen();
    }

    boolean isReady() {
        return ready;
    }

    int ordinal() {
        return ordinal;
    }

    void number(int newOrdinal) {
        ordinal = newOrdinal;
    }

    Set<String> images() {
        return images;
    }

    void hasImages(Set<String> newImages) {
        images = newImages;
    }

    /** Takes another shape, with all units held until told otherwise. */
    void reshape(ShapeIndex newShape) {
        shape = newShape;
        blocks = blocksOf(newShape);
    }

    void become(Host newHost, boolean nowReady) {
        host = newHost;
        ready = nowReady;
    }

    /** Whether the facts are those that the shape was made from. */
    boolean looksLike(Host other) {
        return host.inventory().equals(other.inventory())
                && host.place().equals(other.place())
                && host.name().equals(other.name());
    }

    String unitId(UnitGroup group, int unit) {
        return host.inventory().units().get(group.positions().get(unit)).id();
    }

    /** Brings lanes and stock up to date with the blocks. */
    void reindex() {
        boolean takesPods = ready && isOpen();
        for (Block block : blocks) {
            block.reindex(ordinal, takesPods);
        }
    }
}
