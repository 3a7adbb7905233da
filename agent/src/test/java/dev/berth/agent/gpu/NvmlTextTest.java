package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class NvmlTextTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void textEndsAtTheFirstNul() {
        assertThat(NvmlText.parse(bytes("NVIDIA H200\0rubbish\u00ff"))).contains("NVIDIA H200");
        assertThat(NvmlText.parse(bytes("\0"))).contains("");
    }

    @Test
    void textWithoutEndOrWithStrangeBytesIsNone() {
        assertThat(NvmlText.parse(bytes("NVIDIA"))).isEmpty();
        assertThat(NvmlText.parse(new byte[0])).isEmpty();
        assertThat(NvmlText.parse(bytes("NV\u00cdDIA\0"))).isEmpty();
        assertThat(NvmlText.parse(bytes("NV\nIDIA\0"))).isEmpty();
        assertThat(NvmlText.parse(bytes("NV\u007fIDIA\0"))).isEmpty();
    }

    @Test
    void cpusAreWrittenAsTheKernelWritesThem() {
        assertThat(CpuList.format(BitSet.valueOf(new long[] {0}))).isEmpty();
        assertThat(CpuList.format(BitSet.valueOf(new long[] {1}))).isEqualTo("0");
        assertThat(CpuList.format(BitSet.valueOf(new long[] {0b1011}))).isEqualTo("0-1,3");
        assertThat(CpuList.format(BitSet.valueOf(new long[] {-1L, 1L}))).isEqualTo("0-64");
        assertThat(CpuList.format(BitSet.valueOf(new long[] {0x8000_0000_0000_0000L, 0, 1L << 5})))
                .isEqualTo("63,133");
    }
}
