package dev.berth.controller.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Hosts by the magnitude of their free disk, so that all which have far too little are left out of a search at once and
 * only those near the limit are looked at one by one. Part of {@link FreeUnits}, same thread.
 */
final class FreeDisk {
    private static final int LEVELS = Long.SIZE;

    private final @Nullable OrdinalSet[] levels = new OrdinalSet[LEVELS];
    private int lowest = LEVELS;

    /** Of hosts with {@code 2^(level-1) <= gb < 2^level}; 0 for none free. */
    static int level(long gb) {
        return gb <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(gb);
    }

    void add(int ordinal, int level) {
        OrdinalSet hosts = levels[level];
        if (hosts == null) {
            hosts = new OrdinalSet();
            levels[level] = hosts;
        }
        hosts.add(ordinal);
        lowest = Math.min(lowest, level);
    }

    void remove(int ordinal, int level) {
        OrdinalSet hosts = levels[level];
        if (hosts != null) {
            hosts.remove(ordinal);
        }
        while (lowest < LEVELS && isEmpty(lowest)) {
            lowest++;
        }
    }

    private boolean isEmpty(int level) {
        OrdinalSet hosts = levels[level];
        return hosts == null || hosts.isEmpty();
    }

    void clear() {
        for (OrdinalSet hosts : levels) {
            if (hosts != null) {
                hosts.clear();
            }
        }
        lowest = LEVELS;
    }

    /** Whether any host may have less. */
    boolean binds(int gb) {
        return lowest <= level(gb);
    }

    /** Hosts that surely have less. */
    void addBelow(int gb, OrdinalSet hosts) {
        for (int level = lowest; level < level(gb); level++) {
            OrdinalSet of = levels[level];
            if (of != null) {
                hosts.addAll(of);
            }
        }
    }

    /** Hosts that may have less or more. */
    @Nullable
    OrdinalSet near(int gb) {
        return levels[level(gb)];
    }
}
