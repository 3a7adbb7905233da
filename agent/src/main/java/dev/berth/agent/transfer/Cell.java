package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * One range of a file's grid and where its data lies in it. Its payload is that data, one piece after the other.
 *
 * @param offsets of the pieces in the file
 * @param lengths of the pieces, together {@code dataBytes}
 */
@SuppressWarnings("ArrayRecordComponent") // Made by CellCursor alone and never compared.
record Cell(long number, long[] offsets, int[] lengths, int dataBytes) {
    static final int BYTES = 1 << 20;

    /** Fills the buffer from its start; false where the file is shorter than it should be. */
    boolean read(FileChannel file, ByteBuffer into) throws IOException {
        into.clear();
        for (int i = 0; i < offsets.length; i++) {
            into.limit(into.position() + lengths[i]);
            if (!Disk.readFully(file, into, offsets[i])) {
                return false;
            }
        }
        into.flip();
        return true;
    }

    /** Takes all that the buffer has. */
    void write(FileChannel file, ByteBuffer from) throws IOException {
        int position = from.position();
        for (int i = 0; i < offsets.length; i++) {
            Disk.writeFully(file, from.slice(position, lengths[i]), offsets[i]);
            position += lengths[i];
        }
    }
}
