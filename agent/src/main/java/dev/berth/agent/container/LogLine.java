package dev.berth.agent.container;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One line of a container, without its newline, at most {@value #MAX_BYTES} bytes; longer ones come in pieces. The
 * bytes are the container's own: not necessarily UTF-8, never to be shown unescaped.
 */
public record LogLine(Instant time, Stream stream, ByteBuffer text) {
    public static final int MAX_BYTES = 64 * 1024;

    public enum Stream {
        STDOUT,
        STDERR
    }

    public LogLine {
        text = text.asReadOnlyBuffer();
    }

    /** A view of its own for each caller. */
    @Override
    public ByteBuffer text() {
        return text.duplicate();
    }
}
