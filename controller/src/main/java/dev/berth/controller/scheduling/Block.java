package dev.berth.controller.scheduling;

import dev.berth.controller.scheduling.ShapeIndex.GroupIndex;

/** The units of one group of one host: which are free and how many are kept for pods that wait. Part of the index. */
final class Block {
    private static final long[] NONE = {};

    private final GroupIndex index;
    /** The first 64 units lie in the object itself: most groups have no more, and hosts are seldom looked at twice. */
    private long low;

    private final long[] high;
    private int freeUnits;
    private int keptUnits;
    private int level = -1;
    private int idle = -1;

    Block(GroupIndex index) {
        this.index = index;
        int words = (index.group().size() + 63) / 64;
        this.high = words < 2 ? NONE : new long[words - 1];
    }

    GroupIndex index() {
        return index;
    }

    UnitGroup group() {
        return index.group();
    }

    /** A copy of the free units as bits. */
    long[] free() {
        long[] free = new long[high.length + 1];
        free[0] = low;
        System.arraycopy(high, 0, free, 1, high.length);
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
        long word = unit < Long.SIZE ? low : high[(unit >>> 6) - 1];
        return ((word >>> unit) & 1) != 0;
    }

    void setFree(int unit, boolean isFree) {
        if (isFree(unit) == isFree) {
            return;
        }
        if (unit < Long.SIZE) {
            low ^= 1L << unit;
        } else {
            high[(unit >>> 6) - 1] ^= 1L << unit;
        }
        freeUnits += isFree ? 1 : -1;
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
