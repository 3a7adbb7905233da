package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import java.util.List;

/**
 * The journal and its snapshots. Called by the controller's loop on its one thread: {@link #recover} first, then
 * {@link #append}; only {@link #saveSnapshot} is called from another thread, and does not hold appends up.
 */
public interface Store extends AutoCloseable {
    /**
     * What is durable: after a start, or when a full disk made the loop drop what it had decided. Refuses ({@link StoreFailedException}) what it cannot read to the
     * last record: a hole, a kind of record that this version does not know, a damaged row.
     */
    Recovered recover();

    /**
     * Makes the records durable as numbers {@code firstVersion}, {@code firstVersion + 1}, … in one transaction: all
     * or none, on disk when it returns.
     *
     * @throws StoreFullException the disk is full, nothing was written, the same call may be made again later
     * @throws StoreFailedException anything else; whether the records are durable is unknown and the process must stop
     * @throws IllegalArgumentException {@code firstVersion} does not follow the last durable record
     */
    void append(long firstVersion, List<JournalRecord> records) throws StoreFullException;

    /**
     * Writes something that changes nothing, and has it on disk when it returns: proof that this process may still write
     * where nothing else did so for a while.
     *
     * @throws StoreFullException the disk is full, it may be tried again later
     * @throws StoreFailedException anything else, as for {@link #append}
     */
    void prove() throws StoreFullException;

    /**
     * Makes the next recovery shorter. A snapshot at the version of the last one is not written again.
     *
     * @throws StoreFullException the disk is full; nothing is lost, the next recovery is only longer
     */
    void saveSnapshot(Snapshot snapshot) throws StoreFullException;

    /** Idempotent. Appends after it fail. */
    @Override
    void close();
}
