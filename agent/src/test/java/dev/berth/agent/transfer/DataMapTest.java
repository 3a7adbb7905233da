package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files have data, and the cells that both ends make of it. */
class DataMapTest {
    @TempDir
    Path folder;

    @Test
    void cellsCoverTheDataAndNothingElse() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            long size = 1 + random.nextLong(20L << 20);
            DataMap.Builder builder = new DataMap.Builder(size);
            long at = random.nextLong(size);
            while (at < size) {
                long end = Math.min(size, at + 1 + random.nextLong(3L << 20));
                builder.add(at, end);
                at = end + 1 + random.nextLong(2L << 20);
            }
            DataMap map = builder.build();
            DataMap.Builder again = new DataMap.Builder(size);
            long last = -1;
            for (CellCursor cursor = new CellCursor(map); cursor.hasNext(); ) {
                Cell cell = cursor.next();
                assertThat(cell.number()).isGreaterThan(last);
                assertThat(cell.dataBytes()).isBetween(1, Cell.BYTES);
                last = cell.number();
                for (int i = 0; i < cell.offsets().length; i++) {
                    assertThat(cell.offsets()[i] / Cell.BYTES).isEqualTo(last);
                    again.add(cell.offsets()[i], cell.offsets()[i] + cell.lengths()[i]);
                }
            }
            assertThat(again.build()).isEqualTo(map);
        }
    }

    @Test
    void mapOfManyPiecesCountsTheSmallestGapsAsData() {
        DataMap.Builder builder = new DataMap.Builder(1L << 40, 100);
        for (long i = 0; i < 10_000; i++) {
            builder.add(i * 65_536, i * 65_536 + 4_096 * (1 + i % 4));
        }
        DataMap map = builder.build();

        assertThat(map.extents()).isLessThanOrEqualTo(100);
        assertThat(map.start(0)).isZero();
        assertThat(map.end(map.extents() - 1)).isEqualTo(9_999L * 65_536 + 4_096 * 4);
    }

    @Test
    void impossibleExtentsAreRefused() {
        DataMap.Builder builder = new DataMap.Builder(100);
        builder.add(10, 20);

        assertThatThrownBy(() -> builder.add(15, 30)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.add(30, 30)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.add(90, 101)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readingFindsNoMoreThanSeeking() throws Exception {
        Path file = SparseFiles.scattered(folder.resolve("file"), 8L << 20, 20, new Random(3));

        DataMap read = DataScan.byReading(file, Files.size(file));

        assertThat(read.dataBytes())
                .isPositive()
                .isLessThan(DataScan.of(file, Files.size(file)).dataBytes());
    }

    @Test
    void openSslHashesAsTheJdkDoes() {
        Random random = new Random(4);
        for (int length : new int[] {0, 1, 63, 64, 65, 4_096, 1_000_003}) {
            byte[] bytes = new byte[length + 5];
            random.nextBytes(bytes);
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).position(5);

            assertThat(Sha256.of(direct)).isEqualTo(Sha256.ofJdk(direct));
        }
    }

    @Test
    void whatIsCompressedComesBackAndNoiseIsNot() {
        ByteBuffer plain = ByteBuffer.allocateDirect(Cell.BYTES);
        ByteBuffer packed = ByteBuffer.allocateDirect(Cell.BYTES);
        ByteBuffer back = ByteBuffer.allocateDirect(Cell.BYTES);
        byte[] noise = new byte[Cell.BYTES];
        new Random(5).nextBytes(noise);

        assertThat(CellCodec.compress(plain.put(noise).flip(), packed)).isFalse();
        plain.clear()
                .put(new byte[Cell.BYTES / 2])
                .put(noise, 0, Cell.BYTES / 2)
                .flip();
        assertThat(CellCodec.compress(plain, packed)).isTrue();
        assertThat(CellCodec.decompress(packed, back, Cell.BYTES)).isTrue();
        assertThat(back).isEqualTo(plain);
        packed.put(packed.limit() / 2, (byte) ~packed.get(packed.limit() / 2));
        assertThat(CellCodec.decompress(packed, back, Cell.BYTES) && back.equals(plain))
                .isFalse();
    }
}
