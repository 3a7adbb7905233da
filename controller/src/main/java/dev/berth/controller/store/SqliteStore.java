package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded {@link Store}: a data folder with {@code journal.db} (SQLite), the newest two snapshots and a lock.
 * Snapshots never touch the database: saving one only tells the next appends how far they may trim. Threads as in
 * {@link Store}.
 */
public final class SqliteStore implements Store {
    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    private final Path folder;
    private final DataFolderLock lock;
    private final SqliteJournal journal;
    private final SnapshotFiles snapshots;
    /** Held while snapshot files are read or written; never by an append. */
    private final Object saving = new Object();

    private volatile long trimBelow = 1;
    private volatile long durableVersion;

    private SqliteStore(Path folder, DataFolderLock lock, SqliteJournal journal, SnapshotFiles snapshots) {
        this.folder = folder;
        this.lock = lock;
        this.journal = journal;
        this.snapshots = snapshots;
        this.durableVersion = journal.lastVersion();
    }

    /** Makes the folder when it is not there. Refuses a folder that another controller uses. */
    public static SqliteStore open(Path folder) {
        try {
            DurableFolder.create(folder);
            DataFolderLock lock = DataFolderLock.take(folder);
            try {
                NativeLibrary.keepIn(folder);
                return new SqliteStore(
                        folder, lock, new SqliteJournal(folder.resolve("journal.db")), new SnapshotFiles(folder));
            } catch (IOException | SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new StoreFailedException("The data folder " + folder + " cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public Recovered recover() {
        synchronized (saving) {
            try {
                @Nullable Snapshot snapshot = snapshots.readNewest().orElse(null);
                long version = snapshot == null ? 0 : snapshot.version();
                requireJournalUpTo(version);
                Recovered recovered = new Recovered(snapshot, journal.readAfter(version));
                trimBelow = snapshots.coveredVersion() + 1;
                return recovered;
            } catch (IOException | SQLException e) {
                throw new StoreFailedException("The data folder " + folder + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private void requireJournalUpTo(long version) {
        if (version > journal.lastVersion()) {
            throw new StoreFailedException("The newest snapshot in " + folder + " is of version " + version
                    + ", but the journal ends at " + journal.lastVersion()
                    + ": journal.db was replaced or rolled back. Nothing was changed; bring the journal back that"
                    + " belongs to the snapshots.");
        }
    }

    @Override
    public void append(long firstVersion, List<JournalRecord> records) throws StoreFullException {
        journal.append(firstVersion, records, trimBelow);
        durableVersion = journal.lastVersion();
    }

    @Override
    public void prove() throws StoreFullException {
        journal.prove();
    }

    @Override
    public void saveSnapshot(Snapshot snapshot) throws StoreFullException {
        if (snapshot.version() > durableVersion) {
            throw new IllegalArgumentException("A snapshot of version " + snapshot.version()
                    + " is ahead of the journal, which ends at " + durableVersion);
        }
        synchronized (saving) {
            try {
                snapshots.save(snapshot);
                trimBelow = snapshots.coveredVersion() + 1;
            } catch (IOException e) {
                if (DiskFull.caused(e, folder)) {
                    throw new StoreFullException("The disk of " + folder + " is full: no snapshot was saved.", e);
                }
                throw new StoreFailedException("No snapshot could be saved in " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() {
        try (lock;
                journal) {
            log.debug("Closing {}", folder);
        } catch (IOException | SQLException e) {
            throw new StoreFailedException("The data folder " + folder + " was not closed well: " + e.getMessage(), e);
        }
    }
}
