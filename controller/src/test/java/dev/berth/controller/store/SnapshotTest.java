package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.controller.cluster.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    @TempDir
    Path folder;

    @Test
    void snapshotComesBackAsItWas() throws Exception {
        RandomHistory history = new RandomHistory(11);
        history.next(5_000);
        Snapshot snapshot = history.state().snapshot();
        assertThat(read(bytes(snapshot))).isEqualTo(snapshot);
    }

    @Test
    void snapshotThatIsCutOrChangedAnywhereIsTorn() throws Exception {
        RandomHistory history = new RandomHistory(12);
        history.next(12);
        byte[] whole = bytes(history.state().snapshot());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("cut at " + length).isInstanceOf(TornSnapshotException.class);
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            assertThatThrownBy(() -> read(changed)).as("byte " + at).isInstanceOf(TornSnapshotException.class);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> read(longer)).isInstanceOf(TornSnapshotException.class);
    }

    @Test
    void recoveryTakesTheNewestSnapshotAndTheTail() throws Exception {
        RandomHistory history = run(5, 400, 100);
        try (SqliteStore store = SqliteStore.open(folder)) {
            Recovered recovered = store.recover();
            assertThat(recovered.snapshot())
                    .isNotNull()
                    .extracting(Snapshot::version)
                    .isEqualTo(2_000L);
            assertThat(recovered.tail()).hasSize(100);
            assertThat(recovered.replay().snapshot()).isEqualTo(history.state().snapshot());
        }
    }

    @Test
    void tornSnapshotFallsBackToTheOneBefore() throws Exception {
        RandomHistory history = run(5, 400, 100);
        Path newest = folder.resolve("snapshot-2000.pb");
        byte[] bytes = Files.readAllBytes(newest);
        Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2), StandardOpenOption.TRUNCATE_EXISTING);
        try (SqliteStore store = SqliteStore.open(folder)) {
            Recovered recovered = store.recover();
            assertThat(recovered.snapshot())
                    .isNotNull()
                    .extracting(Snapshot::version)
                    .isEqualTo(1_600L);
            assertThat(recovered.tail()).hasSize(500);
            assertThat(recovered.replay().snapshot()).isEqualTo(history.state().snapshot());
            // And the next snapshot must not lead to trimming what the remaining one needs.
            store.append(2_101, history.next(2_000));
            store.saveSnapshot(history.state().snapshot());
            store.append(4_101, history.next(2_000));
        }
        assertThat(oldestRow()).isEqualTo(1_601);
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.recover().replay().snapshot())
                    .isEqualTo(history.state().snapshot());
        }
    }

    @Test
    void firstSnapshotTornMeansReplayFromTheBeginning() throws Exception {
        RandomHistory history = run(1, 400, 100);
        Files.write(folder.resolve("snapshot-400.pb"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        try (SqliteStore store = SqliteStore.open(folder)) {
            Recovered recovered = store.recover();
            assertThat(recovered.snapshot()).isNull();
            assertThat(recovered.replay().snapshot()).isEqualTo(history.state().snapshot());
        }
    }

    @Test
    void onlyTwoSnapshotsAndTheRowsAfterTheOlderAreKept() throws Exception {
        run(5, 400, 100);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("snapshot")))
                    .containsExactlyInAnyOrder("snapshot-1600.pb", "snapshot-2000.pb");
        }
        assertThat(oldestRow()).isEqualTo(1_601);
    }

    @Test
    void journalThatEndsBeforeTheSnapshotIsRefused() throws Exception {
        run(2, 400, 0);
        Files.delete(folder.resolve("journal.db"));
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThatThrownBy(store::recover)
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("journal.db was replaced or rolled back");
        }
    }

    @Test
    void snapshotAheadOfTheJournalIsRefused() throws Exception {
        RandomHistory history = new RandomHistory(13);
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.append(1, history.next(10));
            history.next();
            assertThatThrownBy(() -> store.saveSnapshot(history.state().snapshot()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ahead of the journal");
        }
    }

    @Test
    void appendsGoOnWhileSnapshotsAreSaved() throws Exception {
        RandomHistory history = new RandomHistory(14);
        int snapshots = 0;
        try (SqliteStore store = SqliteStore.open(folder)) {
            CompletableFuture<Void> saving = CompletableFuture.completedFuture(null);
            long version = 0;
            while (snapshots < 10) {
                store.append(version + 1, history.next(50));
                version += 50;
                if (saving.isDone()) {
                    saving.join();
                    Snapshot snapshot = history.state().snapshot();
                    saving = CompletableFuture.runAsync(() -> save(store, snapshot));
                    snapshots++;
                }
            }
            saving.get(60, TimeUnit.SECONDS);
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            Recovered recovered = store.recover();
            assertThat(recovered.snapshot()).isNotNull();
            assertThat(recovered.replay().snapshot()).isEqualTo(history.state().snapshot());
        }
    }

    private static void save(SqliteStore store, Snapshot snapshot) {
        try {
            store.saveSnapshot(snapshot);
        } catch (StoreFullException e) {
            throw new AssertionError(e);
        }
    }

    /** Appends {@code perRound} records and saves a snapshot, some rounds long, and then the tail. */
    private RandomHistory run(int rounds, int perRound, int tail) throws Exception {
        RandomHistory history = new RandomHistory(15);
        long version = 0;
        try (SqliteStore store = SqliteStore.open(folder)) {
            for (int round = 0; round < rounds; round++) {
                store.append(version + 1, history.next(perRound));
                version += perRound;
                store.saveSnapshot(history.state().snapshot());
            }
            for (int i = 0; i < tail; i++) {
                store.append(++version, history.next(1));
            }
        }
        return history;
    }

    private long oldestRow() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT min(version) FROM journal")) {
            return row.getLong(1);
        }
    }

    private static byte[] bytes(Snapshot snapshot) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SnapshotWriter(out).write(snapshot);
        return out.toByteArray();
    }

    private static Snapshot read(byte[] bytes) throws IOException {
        return new SnapshotReader(new ByteArrayInputStream(bytes)).read();
    }
}
