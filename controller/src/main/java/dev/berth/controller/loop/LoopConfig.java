package dev.berth.controller.loop;

import dev.berth.controller.model.Timings;

/**
 * Bounds of the loop.
 *
 * @param maxWaiting events and queries that may wait; more are refused with RESOURCE_EXHAUSTED
 * @param maxBatch events that share one commit
 * @param snapshotEveryRecords records after which the state is written out as a snapshot
 * @param feedCapacity versions of pods that watchers may be behind
 * @param maxQueuedPods pods that may wait for a place
 * @param retentionMillis how long a pod may stay STOPPED; 0 for ever
 * @param timings of leases, losses and back-off
 */
public record LoopConfig(
        int maxWaiting,
        int maxBatch,
        int snapshotEveryRecords,
        int feedCapacity,
        int maxQueuedPods,
        long retentionMillis,
        Timings timings) {
    public static final LoopConfig DEFAULT = new LoopConfig(20_000, 1_024, 50_000, 10_000, 100_000, 0, Timings.DEFAULT);

    /** All timings faster or slower by a factor. */
    public LoopConfig scaled(double factor) {
        return new LoopConfig(
                maxWaiting,
                maxBatch,
                snapshotEveryRecords,
                feedCapacity,
                maxQueuedPods,
                retentionMillis,
                timings.scaled(factor));
    }

    public LoopConfig keepingStoppedPods(long millis) {
        return new LoopConfig(maxWaiting, maxBatch, snapshotEveryRecords, feedCapacity, maxQueuedPods, millis, timings);
    }

    /** 0: as it is. */
    public LoopConfig keepingTrash(long millis) {
        return millis == 0
                ? this
                : new LoopConfig(
                        maxWaiting,
                        maxBatch,
                        snapshotEveryRecords,
                        feedCapacity,
                        maxQueuedPods,
                        retentionMillis,
                        timings.keepingTrash(millis));
    }
}
