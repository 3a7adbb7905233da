package dev.berth.controller.scheduling;

/**
 * Hosts by how many ports they can publish, as far as requests ask: for each count the set of hosts that have fewer.
 * Part of {@link FreeUnits}, same thread.
 */
final class PortRoom {
    /** No pod asks for more. */
    private static final int MOST = 20;

    private final OrdinalSet[] fewer = new OrdinalSet[MOST];

    PortRoom() {
        clear();
    }

    void clear() {
        for (int i = 0; i < MOST; i++) {
            fewer[i] = new OrdinalSet();
        }
    }

    void put(int ordinal, int ports) {
        for (int i = 0; i < MOST; i++) {
            if (ports <= i) {
                fewer[i].add(ordinal);
            } else {
                fewer[i].remove(ordinal);
            }
        }
    }

    /** Hosts with fewer ports than so many, which is above 0. Not to be changed. */
    OrdinalSet fewerThan(int count) {
        return fewer[Math.min(count, MOST) - 1];
    }
}
