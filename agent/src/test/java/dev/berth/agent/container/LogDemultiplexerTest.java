package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogDemultiplexerTest {
    private static final String TIME = "2026-08-01T10:00:00.123456789Z";

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    private void frame(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        stream.writeBytes(new byte[] {(byte) type, 0, 0, 0});
        stream.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        stream.writeBytes(bytes);
    }

    private List<LogLine> read() throws IOException {
        List<LogLine> lines = new ArrayList<>();
        new LogDemultiplexer(lines::add).read(new ByteArrayInputStream(stream.toByteArray()));
        return lines;
    }

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(Recorder::text).toList();
    }

    @Test
    void framesOfBothStreamsBecomeLinesWithTheirTimes() throws Exception {
        frame(1, TIME + " one\n");
        frame(2, TIME + " two\n");
        frame(1, TIME + " \n");
        List<LogLine> lines = read();
        assertThat(texts(lines)).containsExactly("one", "two", "");
        assertThat(lines).allSatisfy(line -> assertThat(line.time()).isEqualTo(Instant.parse(TIME)));
        assertThat(lines.get(1).stream()).isEqualTo(LogLine.Stream.STDERR);
    }

    @Test
    void piecesOfOneLineAreJoinedAcrossOtherStreamsFrames() throws Exception {
        String piece = "a".repeat(16 * 1024);
        frame(1, TIME + " " + piece);
        frame(2, TIME + " other\n");
        frame(1, TIME + " end\n");
        assertThat(texts(read())).containsExactly("other", piece + "end");
    }

    @Test
    void shortPieceWithoutNewlineEndsItsLine() throws Exception {
        String piece = "a".repeat(16 * 1024);
        frame(1, TIME + " " + piece);
        frame(1, TIME + " end");
        frame(1, TIME + " next\n");
        assertThat(texts(read())).containsExactly(piece + "end", "next");
    }

    @Test
    void lineOf64KibAndItsNewlineAreOneLine() throws Exception {
        String piece = "a".repeat(16 * 1024);
        for (int i = 0; i < 4; i++) {
            frame(1, TIME + " " + piece);
        }
        frame(1, TIME + " \n");
        frame(1, TIME + " \n");
        assertThat(texts(read())).containsExactly(piece.repeat(4), "");
    }

    @Test
    void bytesThatAreNoTextComeThroughUnchanged() throws Exception {
        frame(1, TIME + " \u00ff\u0000\u001b[31m\n");
        ByteBuffer text = read().getFirst().text();
        byte[] bytes = new byte[text.remaining()];
        text.get(bytes);
        assertThat(bytes).containsExactly(0xff, 0, 0x1b, '[', '3', '1', 'm');
    }

    @Test
    void streamThatBreaksOffIsAnError() {
        frame(1, TIME + " whole\n");
        stream.writeBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 9, 'x'});
        assertThatThrownBy(this::read).isInstanceOf(EOFException.class);
    }
}
