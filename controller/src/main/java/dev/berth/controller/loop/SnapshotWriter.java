package dev.berth.controller.loop;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.store.Store;
import dev.berth.controller.store.StoreFullException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state out every so many records, so that recovery stays short. The loop only collects references to
 * immutable values; encoding and writing happen on a thread of its own, one snapshot at a time.
 */
final class SnapshotWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    private final Store store;
    private final int everyRecords;
    private final Consumer<Throwable> onFatal;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("snapshots").factory());
    private long recordsSince;

    SnapshotWriter(Store store, int everyRecords, Consumer<Throwable> onFatal) {
        this.store = store;
        this.everyRecords = everyRecords;
        this.onFatal = onFatal;
    }

    /** On the loop's thread, after each commit. */
    void offer(ClusterState state, int newRecords) {
        recordsSince += newRecords;
        if (recordsSince < everyRecords || !writing.compareAndSet(false, true)) {
            return;
        }
        recordsSince = 0;
        Snapshot snapshot = state.snapshot();
        thread.execute(() -> write(snapshot));
    }

    private void write(Snapshot snapshot) {
        try {
            store.saveSnapshot(snapshot);
        } catch (StoreFullException e) {
            LOG.warn(
                    "No room for a snapshot at version {}: the next recovery is longer, nothing is lost",
                    snapshot.version());
        } catch (RuntimeException e) {
            onFatal.accept(e);
        } finally {
            writing.set(false);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
