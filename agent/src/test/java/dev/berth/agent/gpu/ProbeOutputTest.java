package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ProbeOutputTest {
    private static ProbeOutput collect(InputStream in) throws InterruptedException {
        ProbeOutput output = ProbeOutput.collect(in, "test");
        assertThat(output.awaitEnd(Duration.ofSeconds(20))).isTrue();
        return output;
    }

    private static ProbeOutput collect(String text) throws InterruptedException {
        return collect(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void lastCallAndLastDocumentAndLastOtherLineAreKept() throws InterruptedException {
        ProbeOutput output = collect("call a\n{driver noise\ncall b of GPU 3\noops\n{\"ok\":\"\u00e9\"}\n");
        assertThat(output.lastCall()).contains("b of GPU 3");
        assertThat(output.document()).contains("{\"ok\":\"\u00e9\"}");
        assertThat(output.tail()).isEqualTo("oops");
    }

    @Test
    void nothingAtAllIsSaidInWords() throws InterruptedException {
        ProbeOutput output = collect("");
        assertThat(output.lastCall()).isEmpty();
        assertThat(output.document()).isEmpty();
        assertThat(output.tail()).isEqualTo("nothing");
    }

    @Test
    void lastLineCountsWithoutItsEnd() throws InterruptedException {
        assertThat(collect("call a\ncall b").lastCall()).contains("b");
    }

    @Test
    void endlessLineTakesNoMoreThanItsShareOfMemory() throws InterruptedException {
        long bytes = 64L << 20;
        InputStream flood = new InputStream() {
            private long given;

            @Override
            public int read() {
                return given++ < bytes ? '{' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                if (given >= bytes) {
                    return -1;
                }
                Arrays.fill(into, from, from + length, (byte) '{');
                given += length;
                return length;
            }
        };
        assertThat(collect(flood).document().orElseThrow()).hasSize(1 << 20);
    }

    @Test
    void outputThatBreaksOffEndsAndSaysWhy() throws InterruptedException {
        PipedInputStream broken = new PipedInputStream();
        // A pipe that was never connected refuses to be read.
        assertThat(collect(broken).tail()).contains("broke off");
    }
}
