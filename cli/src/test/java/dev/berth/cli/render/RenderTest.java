package dev.berth.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class RenderTest {
    @Test
    void agesGrowCoarser() {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_000_000));
        long[] seconds = {-5, 0, 119, 120, 7199, 7200, 172_799, 172_800};
        String[] ages = {"0s", "0s", "119s", "2m", "119m", "2h", "47h", "2d"};
        for (int i = 0; i < seconds.length; i++) {
            Timestamp then =
                    Timestamp.newBuilder().setSeconds(1_000_000 - seconds[i]).build();
            assertThat(Human.age(true, then, clock)).isEqualTo(ages[i]);
        }
        assertThat(Human.age(false, Timestamp.getDefaultInstance(), clock)).isEqualTo("-");
    }

    @Test
    void moneyHasCentsAndMoreOnlyWhereItCounts() {
        assertThat(Human.dollars(440_000)).isEqualTo("$0.44");
        assertThat(Human.dollars(2_000_000)).isEqualTo("$2.00");
        assertThat(Human.dollars(455_277)).isEqualTo("$0.455277");
        assertThat(Human.dollars(-1_500_000)).isEqualTo("-$1.50");
        assertThat(Human.dollars(0)).isEqualTo("-");
    }

    @Test
    void sizesAndSharesHaveAtMostTwoDecimals() {
        assertThat(Human.gigabytes(92_160)).isEqualTo("90 GB");
        assertThat(Human.gigabytes(34_133)).isEqualTo("33.33 GB");
        assertThat(Human.hundredths(1650)).isEqualTo("16.5");
        assertThat(Human.hundredths(5)).isEqualTo("0.05");
    }

    @Test
    void durationsUseTheirLargestUnits() {
        assertThat(Human.duration(Duration.ZERO)).isEqualTo("0s");
        assertThat(Human.duration(Duration.ofMillis(250))).isEqualTo("250ms");
        assertThat(Human.duration(Duration.ofSeconds(10))).isEqualTo("10s");
        assertThat(Human.duration(Duration.ofSeconds(90))).isEqualTo("1m30s");
        assertThat(Human.duration(Duration.ofHours(2))).isEqualTo("2h");
    }

    @Test
    void bytesAreInTheUnitThatShowsThemBest() {
        assertThat(Human.bytes(0)).isEqualTo("0 B");
        assertThat(Human.bytes(1023)).isEqualTo("1023 B");
        assertThat(Human.bytes(1024)).isEqualTo("1 KB");
        assertThat(Human.bytes(3L << 29)).isEqualTo("1.5 GB");
        assertThat(Human.bytes(Long.MAX_VALUE)).endsWith(" TB");
    }

    @Test
    void whateverSteersATerminalIsEscaped() {
        assertThat(Escape.text("plain ä 漢 😀\t")).isEqualTo("plain ä 漢 😀\t");
        assertThat(Escape.text("\u001b[2J\u0007\u007f\u009b1m\r\n")).isEqualTo("\\x1b[2J\\x07\\x7f\\x9b1m\\x0d\\x0a");
        assertThat(Escape.text("a\u202eb\u2066c\u2028")).isEqualTo("a\\u202eb\\u2066c\\u2028");
        assertThat(Escape.cell("a\tb\nc")).isEqualTo("a b c");
    }

    @Test
    void bytesThatAreNotUtf8AreShown() {
        assertThat(Escape.bytes(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, (byte) 0xe2, (byte) 0x82, 'b'})))
                .isEqualTo("a\\xff\\xe2\\x82b");
        assertThat(Escape.bytes(ByteBuffer.wrap(new byte[] {(byte) 0xe2, (byte) 0x82})))
                .isEqualTo("\\xe2\\x82");
        assertThat(Escape.bytes(ByteBuffer.wrap("漢".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("漢");
    }

    @Test
    void tableHasNoTrailingBlanksAndKeepsItsLines() {
        Table table = new Table("A", "LONG", "C").row("äöü", "", "x\ny").row("1", "2", "");
        assertThat(table.toString()).isEqualTo("A    LONG  C\näöü        x y\n1    2\n");
    }
}
