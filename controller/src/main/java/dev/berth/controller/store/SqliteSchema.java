package dev.berth.controller.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Opens the journal's database, makes its tables when they are not there, and refuses one that it cannot keep safe. */
final class SqliteSchema {
    /** Raised by one with a change that an older controller would misread; upgrade steps go by it. */
    static final int VERSION = 1;

    private static final int BUSY_MILLIS = 5_000;
    private static final int WAL_LIMIT_BYTES = 64 << 20;

    private SqliteSchema() {}

    static Connection open(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
            require(statement, "PRAGMA journal_mode = WAL", "wal", file);
            statement.execute("PRAGMA synchronous = FULL");
            require(statement, "PRAGMA synchronous", "2", file);
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            // A reader who stayed long makes the log grow; it is cut back to this afterwards.
            statement.execute("PRAGMA journal_size_limit = " + WAL_LIMIT_BYTES);
            if (isNew(statement)) {
                createTables(statement);
            }
            checkVersion(statement, file);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean isNew(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
            return row.getInt(1) == 0;
        }
    }

    private static void createTables(Statement statement) throws SQLException {
        statement.execute("BEGIN IMMEDIATE");
        statement.execute("CREATE TABLE journal"
                + " (version INTEGER PRIMARY KEY, record BLOB NOT NULL, crc32c INTEGER NOT NULL)");
        statement.execute(
                "CREATE TABLE schema_version" + " (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)");
        statement.execute("INSERT INTO schema_version (one, version) VALUES (1, " + VERSION + ")");
        statement.execute("COMMIT");
    }

    private static void checkVersion(Statement statement, Path file) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT version FROM schema_version")) {
            int version = row.getInt(1);
            if (version > VERSION) {
                throw new StoreFailedException("The journal " + file + " has schema version " + version
                        + " and this controller knows only up to " + VERSION
                        + ": it was written by a newer controller. Start that one.");
            }
        }
    }

    private static void require(Statement statement, String pragma, String wanted, Path file) throws SQLException {
        try (ResultSet row = statement.executeQuery(pragma)) {
            String got = row.getString(1);
            if (!wanted.equals(got)) {
                throw new StoreFailedException("SQLite answered " + got + " to " + pragma + " on " + file
                        + ": the journal would not be durable there. Use a local file system (not NFS).");
            }
        }
    }
}
