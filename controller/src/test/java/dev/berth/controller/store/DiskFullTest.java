package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

class DiskFullTest {
    private static final int MOST_BATCHES = 10_000;

    @TempDir
    Path parent;

    /** Or this process would run the driver's native code from the small disk, which then could not be unmounted. */
    @BeforeAll
    static void loadTheDriver() throws Exception {
        assertThat(SQLiteJDBCLoader.initialize()).isTrue();
    }

    @Test
    void fullDiskRefusesAppendsLosesNothingAndGoesOnWhenThereIsRoom() throws Exception {
        RandomHistory history = new RandomHistory(31);
        try (SmallDisk disk = SmallDisk.mount(parent, 16)) {
            Path folder = disk.path().resolve("data");
            long version = 0;
            try (SqliteStore store = SqliteStore.open(folder)) {
                store.append(1, history.next(100));
                version = 100;
                for (int round = 0; round < 3; round++) {
                    disk.fill();
                    List<JournalRecord> refused = history.next(200);
                    version = appendUntilFull(store, version, refused, history);
                    Recovered during = store.recover();
                    assertThat(during.version()).isEqualTo(version);
                    disk.free();
                    version = appendRefused(store, version);
                }
            }
            try (SqliteStore store = SqliteStore.open(folder)) {
                assertThat(store.recover().version()).isEqualTo(version);
                assertThat(store.recover().replay().snapshot())
                        .isEqualTo(history.state().snapshot());
            }
        }
    }

    private List<JournalRecord> refused = List.of();

    /** The log may still have room of its own when the disk has none left, so the first appends may well succeed. */
    private long appendUntilFull(SqliteStore store, long version, List<JournalRecord> first, RandomHistory history) {
        long last = version;
        List<JournalRecord> batch = first;
        for (int i = 0; i < MOST_BATCHES; i++) {
            try {
                store.append(last + 1, batch);
            } catch (StoreFullException e) {
                assertThat(e).hasMessageContaining("free some space");
                refused = batch;
                return last;
            }
            last += batch.size();
            batch = history.next(200);
        }
        throw new AssertionError("The disk never became full");
    }

    private long appendRefused(SqliteStore store, long version) throws StoreFullException {
        store.append(version + 1, refused);
        return version + refused.size();
    }

    @Test
    void snapshotOnAFullDiskIsRefusedAndLeavesNothingBehind() throws Exception {
        RandomHistory history = new RandomHistory(32);
        try (SmallDisk disk = SmallDisk.mount(parent, 16)) {
            Path folder = disk.path().resolve("data");
            try (SqliteStore store = SqliteStore.open(folder)) {
                store.append(1, history.next(2_000));
                Snapshot snapshot = history.state().snapshot();
                disk.fill();
                assertThatThrownBy(() -> store.saveSnapshot(snapshot)).isInstanceOf(StoreFullException.class);
                try (var files = Files.list(folder)) {
                    assertThat(files.map(file -> file.getFileName().toString()))
                            .noneMatch(name -> name.startsWith("snapshot"));
                }
                disk.free();
                store.saveSnapshot(snapshot);
            }
            try (SqliteStore store = SqliteStore.open(folder)) {
                assertThat(store.recover().snapshot()).isEqualTo(history.state().snapshot());
            }
        }
    }
}
