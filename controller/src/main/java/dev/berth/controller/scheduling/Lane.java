package dev.berth.controller.scheduling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hosts by how many units of one model they can give now: level → hosts, by ordinal. Part of {@link FreeUnits}, same
 * thread.
 */
final class Lane {
    private final String gpuModel;
    private final int turn;
    private @Nullable OrdinalSet[] levels = new OrdinalSet[9];
    private final BitSet inUse = new BitSet();
    private final Map<ShapeIndex, UnitGroup> shapes = new LinkedHashMap<>();

    Lane(String gpuModel, int turn) {
        this.gpuModel = gpuModel;
        this.turn = turn;
    }

    String gpuModel() {
        return gpuModel;
    }

    int turn() {
        return turn;
    }

    /** The shapes whose hosts have units here, with the group that they are of. */
    Map<ShapeIndex, UnitGroup> shapes() {
        return shapes;
    }

    /** The lowest level from {@code level} on that some host has; -1 for none. */
    int levelFrom(int level) {
        return inUse.nextSetBit(level);
    }

    /** The highest level up to {@code level} that some host has; -1 for none. */
    int levelUpTo(int level) {
        return inUse.previousSetBit(level);
    }

    @Nullable
    OrdinalSet at(int level) {
        return inUse.get(level) ? levels[level] : null;
    }

    void add(int ordinal, int level) {
        if (level >= levels.length) {
            levels = Arrays.copyOf(levels, Math.max(level + 1, levels.length * 2));
        }
        OrdinalSet hosts = levels[level];
        if (hosts == null) {
            hosts = new OrdinalSet();
            levels[level] = hosts;
        }
        hosts.add(ordinal);
        inUse.set(level);
    }

    void remove(int ordinal, int level) {
        OrdinalSet hosts = at(level);
        if (hosts != null && hosts.remove(ordinal) && hosts.isEmpty()) {
            inUse.clear(level);
        }
    }

    void clear() {
        Arrays.fill(levels, null);
        inUse.clear();
    }
}
