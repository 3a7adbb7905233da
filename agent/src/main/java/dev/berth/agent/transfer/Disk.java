package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What files do that the JDK has no single call for. Any thread. */
final class Disk {
    private static final long ROOM_LEFT_WHEN_FULL_BYTES = 1 << 20;

    private Disk() {}

    /** Makes a name that was made or changed in the file's folder outlive the machine. */
    static void syncFolderOf(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Fills what remains of the buffer; false where the file ends first. */
    static boolean readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long next = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, next);
            if (read < 0) {
                return false;
            }
            next += read;
        }
        return true;
    }

    static void writeFully(FileChannel channel, ByteBuffer from, long at) throws IOException {
        long next = at;
        while (from.hasRemaining()) {
            next += channel.write(from, next);
        }
    }

    /** What a failed write on this host means. The kernel's words come in the language of the process. */
    static TransferException failure(Path file, IOException e) {
        String said = String.valueOf(e.getMessage());
        boolean full = said.contains("No space left on device") || said.contains("quota exceeded") || isFull(file);
        return full
                ? new TransferException(
                        TransferFailure.DISK_FULL,
                        "no room for " + file + " on this host: " + said
                                + "; make room, the transfer goes on from where it is",
                        e)
                : new TransferException(TransferFailure.DISK_ERROR, file + " cannot be written: " + said, e);
    }

    private static boolean isFull(Path file) {
        try {
            return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < ROOM_LEFT_WHEN_FULL_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }
}
