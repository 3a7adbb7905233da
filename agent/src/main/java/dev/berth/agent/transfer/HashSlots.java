package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The hashes of a file's cells, in a file of their own with one slot for each cell of the grid: a large volume has too many for the
 * heap. A slot bears a checksum that is bound to its cell and to what the slots are about, so that a torn, empty, damaged or
 * foreign slot is none. Any thread, one a slot.
 */
final class HashSlots {
    private static final int SLOT_BYTES = Sha256.BYTES + Integer.BYTES;
    private static final int SLOTS_A_READ = 1_024;

    private final FileChannel channel;
    private final long startBytes;
    private final byte[] about;

    /**
     * @param startBytes where the first slot begins
     * @param about what file in what version the hashes belong to
     */
    HashSlots(FileChannel channel, long startBytes, byte[] about) {
        this.channel = channel;
        this.startBytes = startBytes;
        this.about = about.clone();
    }

    void put(long cell, byte[] sha256) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES)
                .put(sha256)
                .putInt(checksum(cell, sha256))
                .flip();
        Disk.writeFully(channel, slot, at(cell));
    }

    Optional<byte[]> get(long cell) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        return Disk.readFully(channel, slot, at(cell)) ? read(slot.flip(), cell) : Optional.empty();
    }

    /** All cells that have a hash, of the first so many. */
    BitSet filled(long cells) throws IOException {
        BitSet filled = new BitSet();
        ByteBuffer slots = ByteBuffer.allocate(SLOTS_A_READ * SLOT_BYTES);
        for (long first = 0; first < cells; first += SLOTS_A_READ) {
            slots.clear();
            boolean more = Disk.readFully(channel, slots, at(first));
            slots.flip();
            for (long cell = first; cell < cells && slots.remaining() >= SLOT_BYTES; cell++) {
                if (read(slots, cell).isPresent()) {
                    filled.set((int) cell);
                }
            }
            if (!more) {
                break;
            }
        }
        return filled;
    }

    private Optional<byte[]> read(ByteBuffer slot, long cell) {
        byte[] sha256 = new byte[Sha256.BYTES];
        slot.get(sha256);
        return slot.getInt() == checksum(cell, sha256) ? Optional.of(sha256) : Optional.empty();
    }

    private long at(long cell) {
        return startBytes + cell * SLOT_BYTES;
    }

    private int checksum(long cell, byte[] sha256) {
        CRC32C crc = new CRC32C();
        crc.update(about);
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(cell).flip());
        crc.update(sha256);
        return (int) crc.getValue();
    }
}
