package dev.berth.controller.scheduling;

import dev.berth.controller.scheduling.ShapeIndex.GroupIndex;

/** The units of one group of one host: which are free and how many are kept for pods that wait. Part of the index. */
final class Block {
    private final GroupIndex index;
    private final long[] free;
    private int freeUnits;
    private int keptUnits;
    private int level = -1;
    private int idle = -1;

    Block(GroupIndex index) {
        this.index = index;
        this.free = new long[(index.group().size() + 63) / 64];
    }

    GroupIndex index() {
        return index;
    }

    UnitGroup group() {
        return index.group();
    }

    long[] free() {
        return free;
    }

    int freeUnits() {
        return freeUnits;
    }

    int keptUnits() {
        return keptUnits;
    }

    /** What a pod can get that none is kept for. */
    int availableUnits() {
        return Math.max(0, freeUnits - keptUnits);
    }

    boolean isFree(int unit) {
        return ((free[unit >>> 6] >>> unit) & 1) != 0;
    }

    void setFree(int unit, boolean isFree) {
        if (isFree(unit) != isFree) {
            free[unit >>> 6] ^= 1L << unit;
            freeUnits += isFree ? 1 : -1;
        }
    }

    void keep(int units) {
        keptUnits = units;
    }

    /** Moves the host to where this block belongs in its lane and stock; {@code open} says whether it takes pods. */
    void reindex(int ordinal, boolean open) {
        int newLevel = open ? availableUnits() : -1;
        if (newLevel != level) {
            if (level >= 0) {
                index.lane().remove(ordinal, level);
            }
            if (newLevel >= 0) {
                index.lane().add(ordinal, newLevel);
            }
            level = newLevel;
        }
        int newIdle = open ? freeUnits : -1;
        if (newIdle != idle) {
            index.stock().move(idle, newIdle);
            idle = newIdle;
        }
    }

    /** The lane was emptied: this host starts anew there. */
    void unlist() {
        level = -1;
    }
}
