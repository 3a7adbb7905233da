package dev.berth.controller.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells a full disk from every other failure. Pure but for one look at the free space. */
final class DiskFull {
    private static final long FULL_BELOW_BYTES = 1 << 20;

    private DiskFull() {}

    /** True only for failures before anything was asked to be synced: SQLite reports those of fsync by other codes. */
    static boolean caused(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL
                        // The index of the write-ahead log could not grow.
                        || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
    }

    /** The JDK has no type for it and its message may be translated, hence the look at the disk itself. */
    static boolean caused(IOException e, Path folder) {
        if (String.valueOf(e.getMessage()).contains("No space left on device")) {
            return true;
        }
        try {
            return Files.getFileStore(folder).getUsableSpace() < FULL_BELOW_BYTES;
        } catch (IOException noAnswer) {
            return false;
        }
    }
}
