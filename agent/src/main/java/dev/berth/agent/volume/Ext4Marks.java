package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The two places that the kernel writes to while it finds out that it cannot mount a file system: the superblock, where
 * it notes the error, and the head of the journal. Read before a mount, so that a volume that turns out to be damaged is
 * left with the bytes it had. Immutable; the file is not in use meanwhile.
 */
final class Ext4Marks {
    private static final int LENGTH = 4_096;
    private static final int SUPERBLOCK = 1_024;
    private static final int LOG_BLOCK_KIB = SUPERBLOCK + 0x18;
    /** The superblock's copy of where the journal's inode has its blocks: an extent tree. */
    private static final int JOURNAL_BLOCKS = SUPERBLOCK + 0x10C;

    private static final int EXTENTS_MAGIC = 0xF30A;
    private static final int ENTRIES_AT = 2;
    private static final int DEPTH_AT = 6;
    private static final int START_HIGH_AT = 12 + 6;
    private static final int START_LOW_AT = 12 + 8;

    private final byte[] superblock;
    /** 0 where the superblock does not say where its journal begins. */
    private final long journalAt;

    private final byte[] journal;

    private Ext4Marks(byte[] superblock, long journalAt, byte[] journal) {
        this.superblock = superblock;
        this.journalAt = journalAt;
        this.journal = journal;
    }

    static Ext4Marks read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] superblock = at(channel, 0);
            long journalAt = journalAt(ByteBuffer.wrap(superblock).order(ByteOrder.LITTLE_ENDIAN));
            boolean known = journalAt > 0 && journalAt <= channel.size() - LENGTH;
            return new Ext4Marks(superblock, known ? journalAt : 0, known ? at(channel, journalAt) : new byte[0]);
        }
    }

    private static byte[] at(FileChannel channel, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file ends at byte " + (position + bytes.position()));
            }
        }
        return bytes.array();
    }

    private static long journalAt(ByteBuffer block) {
        boolean tree = Short.toUnsignedInt(block.getShort(JOURNAL_BLOCKS)) == EXTENTS_MAGIC
                && block.getShort(JOURNAL_BLOCKS + ENTRIES_AT) > 0
                && block.getShort(JOURNAL_BLOCKS + DEPTH_AT) == 0;
        if (!tree) {
            return 0;
        }
        long start = Short.toUnsignedLong(block.getShort(JOURNAL_BLOCKS + START_HIGH_AT)) << 32
                | Integer.toUnsignedLong(block.getInt(JOURNAL_BLOCKS + START_LOW_AT));
        return start * (1_024L << block.getInt(LOG_BLOCK_KIB));
    }

    /** After a mount that failed. */
    void putBack(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            write(channel, superblock, 0);
            if (journalAt > 0) {
                write(channel, journal, journalAt);
            }
            channel.force(true);
        }
    }

    private static void write(FileChannel channel, byte[] content, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
    }
}
