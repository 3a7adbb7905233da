package dev.berth.controller.store;

import java.nio.file.Path;

/**
 * A process that appends until it is killed and prints the last version after each append that returned. Record number
 * N is the N-th of the history of the given seed, whichever process writes it. Run by {@link KillTest}.
 */
final class AppendingProcess {
    private AppendingProcess() {}

    public static void main(String[] args) throws StoreFullException {
        RandomHistory history = new RandomHistory(Long.parseLong(args[1]));
        try (SqliteStore store = SqliteStore.open(Path.of(args[0]))) {
            long version = store.recover().version();
            history.next((int) version);
            Thread saver = null;
            for (int batch = 0; ; batch++) {
                int size = 1 + batch % 64;
                store.append(version + 1, history.next(size));
                version += size;
                System.out.println(version);
                if (batch % 50 == 49 && (saver == null || !saver.isAlive())) {
                    var snapshot = history.state().snapshot();
                    saver = Thread.ofPlatform().daemon().start(() -> save(store, snapshot));
                }
            }
        }
    }

    private static void save(SqliteStore store, dev.berth.controller.cluster.Snapshot snapshot) {
        try {
            store.saveSnapshot(snapshot);
        } catch (StoreFullException e) {
            throw new IllegalStateException(e);
        }
    }
}
