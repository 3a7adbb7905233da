package dev.berth.agent.transfer;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Finds out where a file has data: by asking the file system, and where that cannot tell, by reading all of it and
 * leaving out blocks of zeros. The file must be synced, or what is on its way to the disk may count as one or the other.
 */
final class DataScan {
    private static final int BLOCK_BYTES = 4_096;
    private static final int READ_BYTES = 1 << 20;

    private DataScan() {}

    static DataMap of(Path file, long fileBytes) throws IOException {
        try {
            return bySeeking(file, fileBytes);
        } catch (LastErrorException unsupported) {
            return byReading(file, fileBytes);
        }
    }

    private static DataMap bySeeking(Path file, long fileBytes) throws IOException {
        DataMap.Builder builder = new DataMap.Builder(fileBytes);
        int descriptor = LibC.open(file);
        try {
            long at = 0;
            while (at < fileBytes) {
                long start = nextData(descriptor, at, fileBytes);
                if (start >= fileBytes) {
                    break;
                }
                at = Math.min(LibC.nextHole(descriptor, start), fileBytes);
                builder.add(start, at);
            }
        } finally {
            LibC.close(descriptor);
        }
        return builder.build();
    }

    private static long nextData(int descriptor, long from, long none) {
        try {
            return LibC.nextData(descriptor, from);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.ENXIO) {
                return none;
            }
            throw e;
        }
    }

    static DataMap byReading(Path file, long fileBytes) throws IOException {
        DataMap.Builder builder = new DataMap.Builder(fileBytes);
        byte[] bytes = new byte[READ_BYTES];
        byte[] zeros = new byte[BLOCK_BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = 0; at < fileBytes; at += READ_BYTES) {
                int length = (int) Math.min(READ_BYTES, fileBytes - at);
                if (!Disk.readFully(channel, ByteBuffer.wrap(bytes, 0, length), at)) {
                    throw new IOException(file + " became shorter while it was read");
                }
                for (int block = 0; block < length; block += BLOCK_BYTES) {
                    int end = Math.min(block + BLOCK_BYTES, length);
                    if (!Arrays.equals(bytes, block, end, zeros, 0, end - block)) {
                        builder.add(at + block, at + end);
                    }
                }
            }
        }
        return builder.build();
    }
}
