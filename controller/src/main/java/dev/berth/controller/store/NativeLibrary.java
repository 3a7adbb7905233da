package dev.berth.controller.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native code, kept unpacked in the data folder. Left to itself the driver unpacks it at every start into the
 * machine's temporary folder, where each process that is killed leaves a megabyte for good. Called by
 * {@link SqliteStore} with the folder locked, before it connects.
 */
final class NativeLibrary {
    private static final Logger log = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    /** Where it cannot be kept the driver does as it always did. */
    static void keepIn(Path dataFolder) {
        String name = LibraryLoaderUtil.getNativeLibName();
        Path folder = dataFolder.resolve("sqlite-" + SQLiteJDBCLoader.getVersion());
        try {
            if (Files.exists(folder.resolve(name)) || unpack(name, folder)) {
                System.setProperty(
                        "org.sqlite.lib.path", folder.toAbsolutePath().toString());
                System.setProperty("org.sqlite.lib.name", name);
            }
        } catch (IOException e) {
            log.warn("SQLite's native code cannot be kept in {}: {}", folder, e.toString());
        }
    }

    /** False where the driver has none for this machine. */
    private static boolean unpack(String name, Path folder) throws IOException {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (packed == null) {
                return false;
            }
            Files.createDirectories(folder);
            Path fresh = folder.resolve(name + ".new");
            Files.copy(packed, fresh, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }
}
