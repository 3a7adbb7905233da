package dev.berth.agent.container;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes the engine's framed log stream apart into lines. Each frame is one message of a log driver: a time, a space and
 * up to 16 KiB of the container's bytes, and a newline unless the line goes on in the next frame. (docker-java's own
 * reader cuts frames into pieces of 1 KiB and so loses where the times are.) One thread; blocks in the stream and in the
 * consumer.
 */
final class LogDemultiplexer {
    private static final int HEADER_BYTES = 8;
    /**
     * The engine cuts longer lines into pieces of this size. A shorter piece without a newline is the last of its line:
     * the {@code local} driver of Docker 20.10 forgets that newline.
     */
    private static final int PIECE_BYTES = 16 * 1024;

    private static final int MAX_FRAME_BYTES = 16 << 20;

    private static final class Pending {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Instant time = Instant.EPOCH;
        /** The line was too long and has been given out so far; its newline ends nothing. */
        boolean split;
    }

    private final Consumer<LogLine> lines;
    private final Map<LogLine.Stream, Pending> pending = new EnumMap<>(LogLine.Stream.class);

    LogDemultiplexer(Consumer<LogLine> lines) {
        this.lines = lines;
        for (LogLine.Stream stream : LogLine.Stream.values()) {
            pending.put(stream, new Pending());
        }
    }

    /** Reads to the end of the stream. What is left without a newline is a line, too. */
    void read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        byte[] header = new byte[HEADER_BYTES];
        while (in.readNBytes(header, 0, HEADER_BYTES) == HEADER_BYTES) {
            int size = ByteBuffer.wrap(header, 4, 4).getInt();
            if (size < 0 || size > MAX_FRAME_BYTES) {
                throw new IOException("the engine's log stream is garbled: a frame of " + size + " bytes");
            }
            byte[] frame = in.readNBytes(size);
            if (frame.length < size) {
                throw new EOFException("the engine's log stream ended within a frame");
            }
            take(header[0] == 2 ? LogLine.Stream.STDERR : LogLine.Stream.STDOUT, frame);
        }
        for (LogLine.Stream each : LogLine.Stream.values()) {
            if (partOf(each).bytes.size() > 0) {
                emit(each);
            }
        }
    }

    private void take(LogLine.Stream stream, byte[] frame) {
        Pending part = partOf(stream);
        int text = 0;
        while (text < frame.length && frame[text] != ' ') {
            text++;
        }
        Instant time = time(frame, text);
        // A frame without a time would be something that we do not know: show all of it.
        int from = time.equals(Instant.EPOCH) ? 0 : Math.min(text + 1, frame.length);
        while (from < frame.length) {
            if (part.bytes.size() == 0) {
                part.time = time;
            }
            int end = endOfPiece(frame, from, LogLine.MAX_BYTES - part.bytes.size());
            part.bytes.write(frame, from, end - from);
            boolean newline = end < frame.length && frame[end] == '\n';
            if (newline && !(part.bytes.size() == 0 && part.split)) {
                emit(stream);
            } else if (!newline && part.bytes.size() == LogLine.MAX_BYTES) {
                emit(stream);
                part.split = true;
            }
            if (newline) {
                part.split = false;
            }
            from = newline ? end + 1 : end;
        }
        boolean goesOn = frame.length - text - 1 >= PIECE_BYTES;
        if (!goesOn && part.bytes.size() > 0) {
            emit(stream);
        }
        part.split &= goesOn;
    }

    /** Where the next newline is, or where the line grows too long, or where the frame ends. */
    private static int endOfPiece(byte[] frame, int from, int room) {
        int end = from;
        while (end < frame.length && end - from < room && frame[end] != '\n') {
            end++;
        }
        return end;
    }

    private Pending partOf(LogLine.Stream stream) {
        Pending part = pending.get(stream);
        if (part == null) {
            throw new IllegalStateException("no such stream: " + stream);
        }
        return part;
    }

    private void emit(LogLine.Stream stream) {
        Pending part = partOf(stream);
        lines.accept(new LogLine(part.time, stream, ByteBuffer.wrap(part.bytes.toByteArray())));
        part.bytes.reset();
    }

    private static Instant time(byte[] frame, int length) {
        try {
            return Instant.parse(new String(frame, 0, length, StandardCharsets.US_ASCII));
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
