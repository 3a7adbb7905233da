package dev.berth.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One small file that is replaced whole: written beside, synced, renamed over, its folder synced. A reader finds the old
 * content or the new, or an {@link UnreadableFileException} where the disk holds neither. Used by one thread at a time.
 */
public final class DurableFile {
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + Integer.BYTES;
    private static final int LIMIT_BYTES = 64 << 20;

    private final Path path;
    private final Path fresh;
    /** First bytes of the file: what it is, and in which version of its format. */
    private final long magic;

    public DurableFile(Path path, long magic) {
        this.path = path;
        this.fresh = path.resolveSibling(path.getFileName() + ".new");
        this.magic = magic;
    }

    public void write(byte[] content) throws IOException {
        writeBeside(content, true);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** As whole as {@link #write}, and outlives the process, but perhaps not the machine. */
    void replace(byte[] content) throws IOException {
        writeBeside(content, false);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void writeBeside(byte[] content, boolean synced) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + content.length);
        buffer.putLong(magic)
                .putInt(content.length)
                .putInt(checksum(content))
                .put(content)
                .flip();
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (synced) {
                channel.force(true);
            }
        }
    }

    /** Empty when it was never written. */
    public Optional<byte[]> read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException never) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES) {
            throw new UnreadableFileException(path, "it is cut off after " + bytes.length + " bytes");
        }
        if (buffer.getLong() != magic) {
            throw new UnreadableFileException(path, "it is of another kind or version");
        }
        int length = buffer.getInt();
        int expected = buffer.getInt();
        if (length != buffer.remaining() || length > LIMIT_BYTES) {
            throw new UnreadableFileException(
                    path, "it should hold " + length + " bytes and holds " + buffer.remaining());
        }
        byte[] content = new byte[length];
        buffer.get(content);
        if (checksum(content) != expected) {
            throw new UnreadableFileException(path, "its checksum is wrong");
        }
        return Optional.of(content);
    }

    public Path path() {
        return path;
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
