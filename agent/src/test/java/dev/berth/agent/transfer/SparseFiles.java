package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** Files with holes, as volumes are: made, compared, weighed. */
final class SparseFiles {
    private static final int BLOCK_BYTES = 4_096;

    private SparseFiles() {}

    static Path ofSize(Path file, long bytes) throws IOException {
        try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
            sized.setLength(bytes);
        }
        return file;
    }

    /** Pieces of random, repetitive and zero blocks, some of them across the borders of cells, and holes between. */
    static Path scattered(Path file, long bytes, int pieces, RandomGenerator random) throws IOException {
        ofSize(file, bytes);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < pieces; i++) {
                byte[] piece = new byte[BLOCK_BYTES * random.nextInt(1, 1 + (int) (bytes / pieces / BLOCK_BYTES))];
                switch (random.nextInt(3)) {
                    case 0 -> random.nextBytes(piece);
                    case 1 -> java.util.Arrays.fill(piece, (byte) random.nextInt());
                    default -> {
                        // Written zeros are data.
                    }
                }
                out.seek(random.nextLong((bytes - piece.length) / BLOCK_BYTES + 1) * BLOCK_BYTES);
                out.write(piece);
            }
            out.getFD().sync();
        }
        return file;
    }

    static void assertCopied(Path source, Path copy) throws IOException {
        assertThat(Files.size(copy)).isEqualTo(Files.size(source));
        assertThat(Files.mismatch(source, copy)).isEqualTo(-1);
        assertThat(allocatedBytes(copy))
                .isBetween(allocatedBytes(source) - 256 * 1024, allocatedBytes(source) + 256 * 1024);
    }

    static long allocatedBytes(Path file) throws IOException {
        DataMap map = DataScan.of(file, Files.size(file));
        return map.dataBytes();
    }
}
