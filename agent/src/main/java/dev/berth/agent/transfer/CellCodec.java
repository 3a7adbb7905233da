package dev.berth.agent.transfer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** Compression of a cell, where a look at parts of it says that it pays. Buffers are direct. Any thread. */
final class CellCodec {
    private static final int LEVEL = 1;
    private static final int SAMPLES = 4;
    private static final int SAMPLE_BYTES = 4 << 10;
    /** Less is not worth the work at the other end. */
    private static final double MOST_LEFT = 0.8;

    private CellCodec() {}

    /**
     * Compresses what remains into the other buffer, and flips it.
     *
     * @return false when it is better sent as it is; the other buffer is then anything
     */
    static boolean compress(ByteBuffer plain, ByteBuffer into) {
        int length = plain.remaining();
        if (!looksCompressible(plain, into)) {
            return false;
        }
        into.clear();
        try {
            long size = Zstd.compressDirectByteBuffer(
                    into, 0, (int) (length * MOST_LEFT), plain, plain.position(), length, LEVEL);
            into.limit((int) size);
            return true;
        } catch (ZstdException tooLarge) {
            // The samples were not like the rest.
            return false;
        }
    }

    private static boolean looksCompressible(ByteBuffer plain, ByteBuffer scratch) {
        int length = plain.remaining();
        if (length < 2 * SAMPLES * SAMPLE_BYTES) {
            return true;
        }
        int step = (length - SAMPLE_BYTES) / (SAMPLES - 1);
        for (int i = 0; i < SAMPLES; i++) {
            long size = Zstd.compressDirectByteBuffer(
                    scratch, 0, scratch.capacity(), plain, plain.position() + i * step, SAMPLE_BYTES, LEVEL);
            if (size <= SAMPLE_BYTES * MOST_LEFT) {
                return true;
            }
        }
        return false;
    }

    /** Into the other buffer, which it flips; false when that does not give exactly so many bytes. */
    static boolean decompress(ByteBuffer packed, ByteBuffer into, int length) {
        into.clear();
        try {
            long size = Zstd.decompressDirectByteBuffer(into, 0, length, packed, packed.position(), packed.remaining());
            into.limit(length);
            return size == length;
        } catch (ZstdException damaged) {
            return false;
        }
    }
}
