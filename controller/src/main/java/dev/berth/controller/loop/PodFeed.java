package dev.berth.controller.loop;

import dev.berth.controller.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last versions of pods, in order, for those who watch: a ring that any number of watchers reads at their own pace.
 * One who falls behind the ring is told so and must list again (INV-14). Written by the loop's thread after each commit,
 * read by any thread.
 */
public final class PodFeed {
    private final Pod[] ring;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private long written;
    private long horizonVersion;
    private long latestVersion;

    /** {@code startVersion}: everything up to it happened before this feed began. */
    public PodFeed(int capacity, long startVersion) {
        this.ring = new Pod[capacity];
        this.horizonVersion = startVersion;
        this.latestVersion = startVersion;
    }

    /**
     * What came after a version.
     *
     * @param lost true when something in between is no longer known; then {@code pods} is empty
     * @param version ask after this one next
     */
    public record News(boolean lost, List<Pod> pods, long version) {}

    synchronized void append(List<Pod> pods, long version) {
        for (Pod pod : pods) {
            int slot = (int) (written++ % ring.length);
            if (ring[slot] != null) {
                horizonVersion = ring[slot].version();
            }
            ring[slot] = pod;
        }
        latestVersion = version;
    }

    void tell() {
        listeners.forEach(Runnable::run);
    }

    /** At most {@code max} pods with versions above {@code afterVersion}, in order. */
    public synchronized News after(long afterVersion, int max) {
        if (afterVersion < horizonVersion || afterVersion > latestVersion) {
            return new News(true, List.of(), horizonVersion);
        }
        long oldest = Math.max(0, written - ring.length);
        long low = oldest;
        long high = written;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ring[(int) (middle % ring.length)].version() <= afterVersion) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        List<Pod> pods = new ArrayList<>();
        for (long i = low; i < written && pods.size() < max; i++) {
            pods.add(ring[(int) (i % ring.length)]);
        }
        long version =
                low + pods.size() == written ? latestVersion : pods.getLast().version();
        return new News(false, pods, version);
    }

    /** Runs, on the loop's thread, after each commit that changed a pod; must not block. */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    public void unlisten(Runnable listener) {
        listeners.remove(listener);
    }
}
