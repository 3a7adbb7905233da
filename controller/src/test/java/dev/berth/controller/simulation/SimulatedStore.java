package dev.berth.controller.simulation;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.store.Recovered;
import dev.berth.controller.store.Store;
import dev.berth.controller.store.StoreFullException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that outlives the controller: whole batches of records, and the newest snapshot. */
final class SimulatedStore implements Store {
    private final Chance chance;
    private final Mutant mutant;
    private final List<JournalRecord> records = new ArrayList<>();
    private @Nullable Snapshot snapshot;

    SimulatedStore(Chance chance, Mutant mutant) {
        this.chance = chance;
        this.mutant = mutant;
    }

    /** With the snapshot or without it, by chance: both must lead to the same state. */
    @Override
    public Recovered recover() {
        if (mutant == Mutant.LOSES_LAST_RECORD && !records.isEmpty()) {
            records.removeLast();
        }
        Snapshot start = snapshot;
        if (start == null || start.version() > records.size() || chance.below(3) == 0) {
            return new Recovered(null, List.copyOf(records));
        }
        return new Recovered(start, List.copyOf(records.subList((int) start.version(), records.size())));
    }

    @Override
    public void append(long firstVersion, List<JournalRecord> batch) throws StoreFullException {
        if (firstVersion != records.size() + 1) {
            throw new IllegalArgumentException(
                    "Record " + firstVersion + " does not follow " + records.size() + " durable ones");
        }
        if (chance.strikes(Fault.DISK_FULL)) {
            throw new StoreFullException("the disk is full", new IllegalStateException("by chance"));
        }
        records.addAll(batch);
    }

    @Override
    public void prove() throws StoreFullException {
        if (chance.strikes(Fault.DISK_FULL)) {
            throw new StoreFullException("the disk is full", new IllegalStateException("by chance"));
        }
    }

    @Override
    public void saveSnapshot(Snapshot newest) {
        snapshot = newest;
    }

    @Override
    public void close() {}
}
