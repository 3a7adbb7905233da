package dev.berth.controller.scheduling;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.UnitFacts;
import java.util.List;
import java.util.Set;

/** A host as the index knows it: one block for each group of its shape. Part of {@link FreeUnits}, same thread. */
final class IndexedHost {
    private Host host;
    private ShapeIndex shape;
    private Block[] blocks;
    /** By their place in the inventory, flat: looked at with every claim and release. */
    private String[] unitIds;

    private boolean ready;
    private boolean diskFull;
    private long freeDiskGb = Long.MAX_VALUE;
    private long unusedTrashGb;
    private int portRange;
    private int freePorts;
    private int ordinal;
    private Set<String> images = Set.of();

    IndexedHost(Host host, ShapeIndex shape) {
        this.host = host;
        this.shape = shape;
        this.blocks = blocksOf(shape);
        this.unitIds = idsOf(host);
    }

    private static Block[] blocksOf(ShapeIndex shape) {
        return shape.groups().stream().map(Block::new).toArray(Block[]::new);
    }

    private static String[] idsOf(Host host) {
        return host.inventory().units().stream().map(UnitFacts::id).toArray(String[]::new);
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

    /** Its agent takes no new work until there is room on its disk. */
    boolean isDiskFull() {
        return diskFull;
    }

    void setDiskFull(boolean full) {
        diskFull = full;
    }

    int ordinal() {
        return ordinal;
    }

    /** Disk that is not given away; below 0 where a host has less than it has given. */
    long freeDiskGb() {
        return freeDiskGb;
    }

    void hasFreeDisk(long gb) {
        freeDiskGb = gb;
    }

    long unusedTrashGb() {
        return unusedTrashGb;
    }

    void hasUnusedTrash(long gb) {
        unusedTrashGb = gb;
    }

    /** Whether it has the disk that the pod needs and the host has not given it yet. */
    boolean hasDiskFor(StorageNeeds needs) {
        int moreGb = needs.moreGb(id());
        return moreGb <= 0 || moreGb <= freeDiskGb;
    }

    void number(int newOrdinal) {
        ordinal = newOrdinal;
    }

    /** Ports that it publishes, free or not. */
    int portRange() {
        return portRange;
    }

    int freePorts() {
        return freePorts;
    }

    void hasPorts(int range, int free) {
        portRange = range;
        freePorts = free;
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
        if (!host.inventory().equals(newHost.inventory())) {
            unitIds = idsOf(newHost);
        }
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
        return unitIds[group.positions().get(unit)];
    }

    /** Marks units as free or held, in the order of the host as grants name them; returns how many it found otherwise. */
    int mark(List<String> ids, boolean free) {
        // The names of a grant mostly are the inventory's own: that is seen without reading them.
        int marked = mark(ids, 0, free, true);
        marked = marked < ids.size() ? mark(ids, marked, free, false) : marked;
        reindex();
        return marked;
    }

    @SuppressWarnings("ReferenceEquality")
    private int mark(List<String> ids, int from, boolean free, boolean bySight) {
        int marked = from;
        for (Block block : blocks) {
            for (int unit = 0; unit < block.group().size() && marked < ids.size(); unit++) {
                if (block.isFree(unit) != free) {
                    String id = unitId(block.group(), unit);
                    String wanted = ids.get(marked);
                    if (bySight ? id == wanted : id.equals(wanted)) {
                        block.setFree(unit, free);
                        marked++;
                    }
                }
            }
        }
        return marked;
    }

    /** Brings lanes and stock up to date with the blocks. */
    void reindex() {
        boolean takesPods = ready && isOpen() && !diskFull;
        for (Block block : blocks) {
            block.reindex(ordinal, takesPods);
        }
    }
}
