package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of records, one row each, over the one connection that writes it. Transactions are begun and ended by SQL
 * and not by JDBC's auto-commit: after a full disk SQLite may have rolled back by itself, which the driver does not
 * notice. Belongs to the loop's thread.
 */
final class SqliteJournal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SqliteJournal.class);

    /** A checkpoint of about this many pages (4 MiB) takes some 5 ms and keeps the write-ahead log at that size. */
    private static final int CHECKPOINT_PAGES = 1000;

    private static final int PAGE_BYTES = 4096;

    /** What a page of 4096 bytes holds where rows are long and fit badly; for counting pages ahead. */
    private static final int ROW_BYTES_PER_PAGE = 3000;

    /** Rows trimmed with an append: more than it adds, so that trimming ends, and few enough not to be felt. */
    private static final int TRIM_ROWS = 256;

    private final Path file;
    private final Connection connection;
    private Statements statements;
    private long firstVersion;
    private long lastVersion;
    private int pagesSinceCheckpoint;
    private boolean failed;

    SqliteJournal(Path file) throws IOException, SQLException {
        this.file = file;
        connection = SqliteSchema.open(file);
        try {
            statements = Statements.prepare(connection);
            firstVersion = Math.max(1, oneLong("SELECT min(version) FROM journal"));
            lastVersion = oneLong("SELECT max(version) FROM journal");
            pagesSinceCheckpoint = pagesLeftByTheLast();
        } catch (IOException | SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A process that was killed left its write-ahead log; uncounted it would grow from kill to kill. */
    private int pagesLeftByTheLast() throws IOException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        return Files.exists(log) ? (int) Math.min(CHECKPOINT_PAGES, Files.size(log) / PAGE_BYTES) : 0;
    }

    long lastVersion() {
        return lastVersion;
    }

    /** All records after {@code version}; a hole or a damaged row is refused. */
    List<JournalRecord> readAfter(long version) throws SQLException {
        List<JournalRecord> records = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT version, record, crc32c FROM journal WHERE version > ? ORDER BY version")) {
            select.setLong(1, version);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long expected = version + records.size() + 1;
                    if (rows.getLong(1) != expected) {
                        throw new StoreFailedException("The journal has a hole: record " + expected
                                + " is missing, the next one there is " + rows.getLong(1)
                                + ". Nothing was changed; restore the data folder from a backup.");
                    }
                    records.add(read(expected, rows.getBytes(2), rows.getInt(3)));
                }
            }
        }
        return Collections.unmodifiableList(records);
    }

    private static JournalRecord read(long version, byte[] bytes, int crc32c) {
        if (crc32c != crc32c(bytes)) {
            throw new StoreFailedException("Journal record " + version + " is damaged on disk: its checksum is wrong."
                    + " Nothing was changed; check the disk and restore the data folder from a backup.");
        }
        return RecordCodec.fromBytes(version, bytes);
    }

    /** Trims rows below {@code trimBelow} in the same transaction: no extra sync, and never many at once. */
    void append(long first, List<JournalRecord> records, long trimBelow) throws StoreFullException {
        if (failed) {
            throw new StoreFailedException("The journal failed before and takes no more records; start anew.");
        }
        if (first != lastVersion + 1) {
            throw new IllegalArgumentException(
                    "Record " + first + " cannot be appended: the last one is " + lastVersion);
        }
        if (records.isEmpty()) {
            return;
        }
        List<byte[]> rows = new ArrayList<>(records.size());
        records.forEach(entry -> rows.add(RecordCodec.toBytes(entry)));
        long trimTo = Math.min(trimBelow, firstVersion + TRIM_ROWS + 2L * rows.size());
        try {
            write(rows, trimTo);
        } catch (SQLException e) {
            throw failure(first, e);
        }
        lastVersion += rows.size();
        firstVersion = Math.max(firstVersion, trimTo);
        checkpointWhenDue(rows);
    }

    /** A transaction of its own, for SQLite skips a page whose bytes stay the same: the number in its header rises. */
    void prove() throws StoreFullException {
        if (failed) {
            throw new StoreFailedException("The journal failed before and proves nothing any more; start anew.");
        }
        try {
            statements.begin().execute();
            long next = (oneLong("PRAGMA user_version") + 1) & Integer.MAX_VALUE;
            try (PreparedStatement count = connection.prepareStatement("PRAGMA user_version = " + next)) {
                count.execute();
            }
            statements.commit().execute();
        } catch (SQLException e) {
            throw failure(lastVersion + 1, e);
        }
        checkpointWhenDue(List.of());
    }

    private void write(List<byte[]> rows, long trimTo) throws SQLException {
        statements.begin().execute();
        long version = lastVersion;
        for (byte[] row : rows) {
            statements.insert().setLong(1, ++version);
            statements.insert().setBytes(2, row);
            statements.insert().setInt(3, crc32c(row));
            statements.insert().addBatch();
        }
        statements.insert().executeBatch();
        if (trimTo > firstVersion) {
            statements.trim().setLong(1, trimTo);
            statements.trim().executeUpdate();
        }
        statements.commit().execute();
    }

    /** Full only when the disk is and a look into the table shows that nothing of the transaction is there. */
    private StoreFullException failure(long first, SQLException cause) {
        failed = true;
        try {
            if (DiskFull.caused(cause) && rolledBack()) {
                // The driver closes a statement that failed.
                statements.close();
                statements = Statements.prepare(connection);
                failed = false;
                return new StoreFullException(
                        "The disk is full: " + file + " cannot grow. Nothing was changed; free some space there.",
                        cause);
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        throw new StoreFailedException(
                "Record " + first + " could not be made durable in " + file + ": " + cause.getMessage()
                        + ". Check the disk and start the controller anew.",
                cause);
    }

    private boolean rolledBack() throws SQLException {
        try (PreparedStatement rollback = connection.prepareStatement("ROLLBACK")) {
            rollback.execute();
        } catch (SQLException e) {
            log.debug("SQLite had rolled back by itself: {}", e.getMessage());
        }
        return oneLong("SELECT max(version) FROM journal") == lastVersion
                && Math.max(1, oneLong("SELECT min(version) FROM journal")) == firstVersion;
    }

    /** By hand, because SQLite's automatic checkpoint swallows its errors, also that of a failed fsync. */
    private void checkpointWhenDue(List<byte[]> rows) {
        long bytes = rows.stream().mapToLong(row -> row.length + 16L).sum();
        pagesSinceCheckpoint += (int) (2 + bytes / ROW_BYTES_PER_PAGE);
        if (pagesSinceCheckpoint < CHECKPOINT_PAGES) {
            return;
        }
        pagesSinceCheckpoint = 0;
        try (PreparedStatement checkpoint = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)")) {
            checkpoint.execute();
        } catch (SQLException e) {
            if (!DiskFull.caused(e)) {
                failed = true;
                throw new StoreFailedException("The journal could not be checkpointed: " + e.getMessage(), e);
            }
            log.warn("The disk is full: {} cannot grow and was not checkpointed; free some space there", file);
        }
    }

    private long oneLong(String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            return row.getLong(1);
        }
    }

    private record Statements(
            PreparedStatement begin, PreparedStatement commit, PreparedStatement insert, PreparedStatement trim) {
        static Statements prepare(Connection connection) throws SQLException {
            return new Statements(
                    connection.prepareStatement("BEGIN IMMEDIATE"),
                    connection.prepareStatement("COMMIT"),
                    connection.prepareStatement("INSERT INTO journal (version, record, crc32c) VALUES (?, ?, ?)"),
                    connection.prepareStatement("DELETE FROM journal WHERE version < ?"));
        }

        void close() throws SQLException {
            begin.close();
            commit.close();
            insert.close();
            trim.close();
        }
    }

    private static int crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws SQLException {
        failed = true;
        connection.close();
    }
}
