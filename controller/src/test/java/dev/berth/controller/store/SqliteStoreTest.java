package dev.berth.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.controller.cluster.JournalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir
    Path folder;

    @Test
    void recoveryEqualsTheLiveState() throws Exception {
        RandomHistory history = new RandomHistory(2);
        List<JournalRecord> all = new ArrayList<>();
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.recover()).isEqualTo(new Recovered(null, List.of()));
            for (int batch = 1; batch <= 100; batch++) {
                List<JournalRecord> records = history.next(batch);
                store.append(all.size() + 1, records);
                all.addAll(records);
            }
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            Recovered recovered = store.recover();
            assertThat(recovered.tail()).isEqualTo(all);
            assertThat(recovered.replay().snapshot()).isEqualTo(history.state().snapshot());
        }
    }

    @Test
    void appendsGoOnAfterRecovery() throws Exception {
        RandomHistory history = new RandomHistory(3);
        long version = 0;
        for (int start = 0; start < 5; start++) {
            try (SqliteStore store = SqliteStore.open(folder)) {
                assertThat(store.recover().version()).isEqualTo(version);
                store.append(version + 1, history.next(50));
                version += 50;
            }
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.recover().replay().snapshot())
                    .isEqualTo(history.state().snapshot());
        }
    }

    @Test
    void writeAheadLogDoesNotGrowFromKillToKill() throws Exception {
        RandomHistory history = new RandomHistory(5);
        long version = 0;
        for (int kill = 0; kill < 4; kill++) {
            Path killed = folder.resolve("killed" + kill);
            Path next = Files.createDirectories(folder.resolve("killed" + (kill + 1)));
            try (SqliteStore store = SqliteStore.open(killed)) {
                for (int batch = 0; batch < 120; batch++) {
                    store.append(version + 1, history.next(100));
                    version += 100;
                }
                // What kill -9 leaves, for a close would empty the log.
                for (String file : List.of("journal.db", "journal.db-wal")) {
                    Files.copy(killed.resolve(file), next.resolve(file));
                }
            }
        }
        assertThat(Files.size(folder.resolve("killed4/journal.db-wal"))).isLessThan(8L << 20);
    }

    @Test
    void recordsAreReadableRightAfterTheAppendWithoutAClose() throws Exception {
        RandomHistory history = new RandomHistory(4);
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.append(1, history.next(300));
            assertThat(rows("SELECT count(*) FROM journal")).isEqualTo(300);
        }
    }

    @Test
    void writeAheadLogStaysSmallHoweverMuchIsAppended() throws Exception {
        RandomHistory history = new RandomHistory(9);
        Path log = folder.resolve("journal.db-wal");
        long largest = 0;
        try (SqliteStore store = SqliteStore.open(folder)) {
            for (int batch = 0; batch < 120; batch++) {
                store.append(batch * 500L + 1, history.next(500));
                largest = Math.max(largest, Files.size(log));
            }
            assertThat(Files.size(folder.resolve("journal.db"))).isGreaterThan(largest);
        }
        assertThat(largest).isBetween(2L << 20, 10L << 20);
    }

    @Test
    void wrongFirstVersionIsRefusedAndWritesNothing() throws Exception {
        RandomHistory history = new RandomHistory(5);
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.append(1, history.next(10));
            for (long wrong : new long[] {0, 1, 10, 12}) {
                assertThatThrownBy(() -> store.append(wrong, history.next(1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("the last one is 10");
            }
            assertThat(rows("SELECT max(version) FROM journal")).isEqualTo(10);
        }
    }

    @Test
    void holeInTheJournalIsRefused() throws Exception {
        appendAndClose(100);
        change("DELETE FROM journal WHERE version = 42");
        assertRecoveryRefused("record 42 is missing");
    }

    @Test
    void missingBeginningIsRefused() throws Exception {
        appendAndClose(100);
        change("DELETE FROM journal WHERE version <= 7");
        assertRecoveryRefused("record 1 is missing");
    }

    @Test
    void damagedRowIsRefused() throws Exception {
        appendAndClose(100);
        change("UPDATE journal SET record = substr(record, 1, length(record) - 1) || x'00' WHERE version = 50");
        assertRecoveryRefused("Journal record 50 is damaged");
    }

    @Test
    void newerSchemaIsRefusedAndLeftAlone() throws Exception {
        appendAndClose(10);
        change("UPDATE schema_version SET version = 2");
        assertThatThrownBy(() -> SqliteStore.open(folder))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("schema version 2")
                .hasMessageContaining("newer controller");
        change("UPDATE schema_version SET version = 1");
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.recover().version()).isEqualTo(10);
        }
    }

    @Test
    void anyOtherFailureOfAnAppendStopsTheStoreForGood() throws Exception {
        RandomHistory history = new RandomHistory(6);
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.append(1, history.next(10));
            change("ALTER TABLE journal RENAME TO elsewhere");
            List<JournalRecord> records = history.next(1);
            assertThatThrownBy(() -> store.append(11, records)).isInstanceOf(StoreFailedException.class);
            assertThatThrownBy(() -> store.append(11, records))
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("failed before");
        }
    }

    @Test
    void secondStoreOnTheSameFolderIsRefused() throws Exception {
        try (SqliteStore store = SqliteStore.open(folder)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> SqliteStore.open(folder))
                        .isInstanceOf(StoreFailedException.class)
                        .hasMessageContaining(folder.toString())
                        .hasMessageContaining("in use by another controller");
            }
            store.append(1, new RandomHistory(7).next(1));
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.recover().version()).isEqualTo(1);
        }
    }

    private void appendAndClose(int records) throws Exception {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.append(1, new RandomHistory(8).next(records));
        }
    }

    private void assertRecoveryRefused(String message) {
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThatThrownBy(store::recover)
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining(message);
        }
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private long rows(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }
}
