package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The double of a store: keeps the journal in memory, and can play a full disk. Any thread. */
public final class InMemoryStore implements Store {
    private final List<JournalRecord> journal = new ArrayList<>();
    private @Nullable Snapshot snapshot;
    private boolean full;
    private int proofs;

    @Override
    public synchronized Recovered recover() {
        long version = snapshot == null ? 0 : snapshot.version();
        return new Recovered(snapshot, List.copyOf(journal.subList((int) version, journal.size())));
    }

    @Override
    public synchronized void append(long firstVersion, List<JournalRecord> records) throws StoreFullException {
        if (full) {
            throw new StoreFullException("told to be full", new IllegalStateException("no room"));
        }
        if (firstVersion != journal.size() + 1) {
            throw new IllegalArgumentException("record " + firstVersion + " does not follow " + journal.size());
        }
        journal.addAll(records);
    }

    @Override
    public synchronized void prove() throws StoreFullException {
        if (full) {
            throw new StoreFullException("told to be full", new IllegalStateException("no room"));
        }
        proofs++;
    }

    public synchronized int proofs() {
        return proofs;
    }

    @Override
    public synchronized void saveSnapshot(Snapshot newest) {
        snapshot = newest;
    }

    /** From now on appends fail as on a full disk, or no longer. */
    public synchronized void setFull(boolean isFull) {
        full = isFull;
    }

    public synchronized List<JournalRecord> journal() {
        return List.copyOf(journal);
    }

    @Override
    public void close() {}
}
