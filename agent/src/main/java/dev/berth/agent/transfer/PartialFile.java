package dev.berth.agent.transfer;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/**
 * A copy that is not whole yet, and the journal beside it, which says of what file in what version it is to be a copy, and
 * which cells were proven. The journal is only a claim: cells are proven again before they count, so it is never synced.
 * What has another journal, or none, is begun anew. Made and closed by the thread of one fetch; cells by its workers.
 */
final class PartialFile implements AutoCloseable {
    /** "BERTHVT" and the version of the format. */
    private static final long MAGIC = 0x4245525448565401L;

    private static final int HEADER_BYTES = 64;
    private static final int CHECK_BYTES = 1 << 20;
    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final Path path;
    private final DataMap map;
    private final FileChannel file;
    private final FileChannel journal;
    private final HashSlots slots;
    private final PassingPages pages;

    private PartialFile(Path path, DataMap map, FileChannel file, FileChannel journal, byte[] about)
            throws IOException {
        this.path = path;
        this.map = map;
        this.file = file;
        this.journal = journal;
        this.slots = new HashSlots(journal, HEADER_BYTES, about);
        this.pages = PassingPages.ofWritten(path);
    }

    static Path journalOf(Path partial) {
        return partial.resolveSibling(partial.getFileName() + ".journal");
    }

    /** @param about 32 bytes that no other version of no other copy has */
    @SuppressWarnings("MustBeClosedChecker")
    static PartialFile open(Path path, DataMap map, byte[] about) throws IOException {
        FileChannel file = FileChannel.open(path, OPTIONS);
        try {
            FileChannel journal = FileChannel.open(journalOf(path), OPTIONS);
            try {
                if (journal.tryLock() == null) {
                    throw new IOException(path + " is being fetched by another process");
                }
                ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                        .putLong(MAGIC)
                        .put(about)
                        .rewind();
                if (!hasHeader(journal, header) || file.size() != map.fileBytes()) {
                    beginAnew(path, map.fileBytes(), file, journal, header);
                }
                return new PartialFile(path, map, file, journal, about);
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static boolean hasHeader(FileChannel journal, ByteBuffer header) throws IOException {
        byte[] found = new byte[HEADER_BYTES];
        return Disk.readFully(journal, ByteBuffer.wrap(found), 0)
                && ByteBuffer.wrap(found).equals(header);
    }

    private static void beginAnew(Path path, long bytes, FileChannel file, FileChannel journal, ByteBuffer header)
            throws IOException {
        journal.truncate(0);
        file.truncate(0);
        try (RandomAccessFile sized = new RandomAccessFile(path.toFile(), "rw")) {
            sized.setLength(bytes);
        }
        // Last: with it, what the file holds is ours.
        Disk.writeFully(journal, header.duplicate(), 0);
    }

    Path path() {
        return path;
    }

    FileChannel file() {
        return file;
    }

    HashSlots slots() {
        return slots;
    }

    PassingPages pages() {
        return pages;
    }

    /** Cells that the journal claims. */
    BitSet claimed() throws IOException {
        return slots.filled(CellCursor.gridCells(map.fileBytes()));
    }

    /**
     * Makes it outlive the machine, once all its cells are proven.
     *
     * @return false when there is something where the source has a hole; the journal is void then
     */
    boolean settle() throws IOException {
        file.force(true);
        if (file.size() != map.fileBytes() || !holesAreEmpty()) {
            journal.truncate(0);
            return false;
        }
        journal.force(true);
        Disk.syncFolderOf(path);
        return true;
    }

    private boolean holesAreEmpty() throws IOException {
        DataMap found = DataScan.of(path, map.fileBytes());
        int expected = 0;
        for (int i = 0; i < found.extents(); i++) {
            long at = found.start(i);
            while (at < found.end(i)) {
                while (expected < map.extents() && map.end(expected) <= at) {
                    expected++;
                }
                boolean beyond = expected == map.extents() || map.start(expected) >= found.end(i);
                if (!beyond && map.start(expected) <= at) {
                    at = Math.min(map.end(expected), found.end(i));
                    continue;
                }
                long end = beyond ? found.end(i) : map.start(expected);
                if (!isZero(at, end)) {
                    return false;
                }
                at = end;
            }
        }
        return true;
    }

    private boolean isZero(long start, long end) throws IOException {
        byte[] bytes = new byte[(int) Math.min(CHECK_BYTES, end - start)];
        byte[] zeros = new byte[bytes.length];
        for (long at = start; at < end; at += bytes.length) {
            int length = (int) Math.min(bytes.length, end - at);
            if (!Disk.readFully(file, ByteBuffer.wrap(bytes, 0, length), at)
                    || !Arrays.equals(bytes, 0, length, zeros, 0, length)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        try (file;
                journal;
                pages) {
            // All, whatever the first says.
        }
    }
}
