package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hosts numbered in the order of their ids, so that the lowest number is the lowest id. Numbers have gaps for hosts to
 * come; when a gap is full, all are numbered anew. Part of {@link FreeUnits}, same thread.
 */
final class HostOrder {
    private static final int SPACING = 4;

    private final Map<HostId, IndexedHost> byId = new HashMap<>();
    private final NavigableMap<HostId, IndexedHost> inOrder = new TreeMap<>();
    private @Nullable IndexedHost[] byOrdinal = new IndexedHost[64];

    @Nullable
    IndexedHost get(HostId id) {
        return byId.get(id);
    }

    IndexedHost at(int ordinal) {
        IndexedHost host = byOrdinal[ordinal];
        if (host == null) {
            throw new IllegalStateException("The index of free units knows no host number " + ordinal);
        }
        return host;
    }

    /** By id. */
    Collection<IndexedHost> all() {
        return inOrder.values();
    }

    /** Gives the host its number; true when all others have new ones, too. */
    boolean add(IndexedHost host) {
        byId.put(host.id(), host);
        inOrder.put(host.id(), host);
        Map.Entry<HostId, IndexedHost> lower = inOrder.lowerEntry(host.id());
        Map.Entry<HostId, IndexedHost> higher = inOrder.higherEntry(host.id());
        int from = lower == null ? -1 : lower.getValue().ordinal();
        int to = higher == null ? from + 2 * SPACING : higher.getValue().ordinal();
        if (to - from > 1) {
            put(host, (from + to) >>> 1);
            return false;
        }
        Arrays.fill(byOrdinal, null);
        int ordinal = SPACING;
        for (IndexedHost each : inOrder.values()) {
            put(each, ordinal);
            ordinal += SPACING;
        }
        return true;
    }

    private void put(IndexedHost host, int ordinal) {
        if (ordinal >= byOrdinal.length) {
            byOrdinal = Arrays.copyOf(byOrdinal, Math.max(ordinal + 1, byOrdinal.length * 2));
        }
        byOrdinal[ordinal] = host;
        host.number(ordinal);
    }
}
