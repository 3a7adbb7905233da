package dev.berth.controller.cluster;

import dev.berth.controller.model.Pod;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Pods that wait, in the order of the queue, with the place of each at the cost of a few hundred steps even among a
 * hundred thousand: short sorted lists one after the other. Part of {@link PodTable}, same thread.
 */
final class RankedQueue {
    /** A list of so many is split in two. */
    private static final int MOST = 512;

    private final List<List<Entry>> chunks = new ArrayList<>();
    private int size;

    private record Entry(QueueOrder order, Pod pod) {}

    /** Puts the pod in, in place of an older version of it. */
    void put(Pod pod) {
        QueueOrder order = QueueOrder.of(pod);
        if (chunks.isEmpty()) {
            chunks.add(new ArrayList<>());
        }
        int at = chunkOf(order);
        List<Entry> chunk = chunks.get(at);
        int place = placeIn(chunk, order);
        if (place >= 0) {
            chunk.set(place, new Entry(order, pod));
            return;
        }
        chunk.add(-place - 1, new Entry(order, pod));
        size++;
        if (chunk.size() > MOST) {
            List<Entry> upper = chunk.subList(MOST / 2, chunk.size());
            chunks.add(at + 1, new ArrayList<>(upper));
            upper.clear();
        }
    }

    void remove(Pod pod) {
        QueueOrder order = QueueOrder.of(pod);
        int at = chunkOf(order);
        int place = at < chunks.size() ? placeIn(chunks.get(at), order) : -1;
        if (place >= 0) {
            chunks.get(at).remove(place);
            size--;
            if (chunks.get(at).isEmpty()) {
                chunks.remove(at);
            }
        }
    }

    /** Place from 1; 0 when the pod does not wait. */
    int rank(Pod pod) {
        QueueOrder order = QueueOrder.of(pod);
        int at = chunkOf(order);
        int place = at < chunks.size() ? placeIn(chunks.get(at), order) : -1;
        if (place < 0) {
            return 0;
        }
        int before = 0;
        for (int i = 0; i < at; i++) {
            before += chunks.get(i).size();
        }
        return before + place + 1;
    }

    /** In order. */
    Collection<Pod> pods() {
        return new AbstractCollection<>() {
            @Override
            public Iterator<Pod> iterator() {
                return chunks.stream().flatMap(List::stream).map(Entry::pod).iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The list that holds the order, or would; 0 when there is none. */
    private int chunkOf(QueueOrder order) {
        int low = 0;
        int high = chunks.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).getLast().order.compareTo(order) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int placeIn(List<Entry> chunk, QueueOrder order) {
        int low = 0;
        int high = chunk.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int compared = chunk.get(middle).order.compareTo(order);
            if (compared == 0) {
                return middle;
            }
            if (compared < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
