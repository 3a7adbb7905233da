package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the first superblock says, read without a tool because every mount asks.
 */
record Ext4Superblock(long sizeBytes) {
    private static final int OFFSET = 1024;
    private static final int LENGTH = 1024;
    private static final int MAGIC = 0xEF53;

    private static final int BLOCKS_LOW = 0x4;
    private static final int LOG_BLOCK_KIB = 0x18;
    private static final int MAGIC_AT = 0x38;
    private static final int INCOMPATIBLE = 0x60;
    private static final int BLOCKS_HIGH = 0x150;

    private static final int WIDE = 0x80;

    /** Empty when there is none. */
    static Optional<Ext4Superblock> read(Path file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (block.hasRemaining()) {
                if (channel.read(block, OFFSET + block.position()) < 0) {
                    return Optional.empty();
                }
            }
        }
        int logBlock = block.getInt(LOG_BLOCK_KIB);
        if (Short.toUnsignedInt(block.getShort(MAGIC_AT)) != MAGIC || logBlock < 0 || logBlock > 6) {
            return Optional.empty();
        }
        int incompatible = block.getInt(INCOMPATIBLE);
        long blocks = Integer.toUnsignedLong(block.getInt(BLOCKS_LOW));
        if ((incompatible & WIDE) != 0) {
            blocks |= Integer.toUnsignedLong(block.getInt(BLOCKS_HIGH)) << 32;
        }
        return Optional.of(new Ext4Superblock(blocks * (1024L << logBlock)));
    }
}
