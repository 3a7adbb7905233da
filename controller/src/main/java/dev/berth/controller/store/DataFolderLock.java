package dev.berth.controller.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second controller off a data folder. The kernel drops the lock with the process, however it ends, so there
 * is no stale lock; the process id in the file is only for the message. Taken and closed by {@link SqliteStore}.
 *
 * <p>The kernel also drops it when the same process closes the file a second time, hence the set of folders held here,
 * looked at before the file is touched.
 */
final class DataFolderLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private DataFolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static DataFolderLock take(Path folder) throws IOException {
        Path realFolder = folder.toRealPath();
        if (!HELD_HERE.add(realFolder)) {
            throw inUse(folder, "this one");
        }
        try {
            return new DataFolderLock(realFolder, lock(folder));
        } catch (IOException | RuntimeException e) {
            HELD_HERE.remove(realFolder);
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(folder, Files.readString(file));
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static StoreFailedException inUse(Path folder, String process) {
        return new StoreFailedException("The data folder " + folder + " is in use by another controller (process "
                + process + "). Stop that one, or give this one another folder.");
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD_HERE.remove(folder);
    }
}
