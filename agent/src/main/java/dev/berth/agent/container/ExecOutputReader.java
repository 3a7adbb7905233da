package dev.berth.agent.container;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes apart what the engine sends of a command: frames of stdout and stderr, or with a terminal bare bytes. The
 * engine's own words about a command that it could not start come as the only output of it, and are kept apart. One
 * thread; blocks in the stream and in the sink.
 */
final class ExecOutputReader {
    private static final int HEADER_BYTES = 8;
    private static final String REFUSAL = "OCI runtime exec failed";
    private static final int MOST_REFUSAL_BYTES = 4 << 10;

    private final ExecSink sink;
    /** What looks like the engine's words, until something follows that shows it is the command's own. */
    private ByteBuffer withheld = ByteBuffer.allocate(0);

    private boolean first = true;

    ExecOutputReader(ExecSink sink) {
        this.sink = sink;
    }

    /** Reads to the end of the stream. */
    void read(InputStream stream, boolean framed) throws IOException {
        if (framed) {
            readFrames(new DataInputStream(stream));
        } else {
            readBytes(stream);
        }
    }

    /** Looks like the reason why the command was not started; empty when it is none. Then {@link #release} it or not. */
    String withheld() {
        return StandardCharsets.UTF_8.decode(withheld.duplicate()).toString().strip();
    }

    /** It was the command's own after all. */
    void release() {
        ByteBuffer bytes = withheld;
        withheld = ByteBuffer.allocate(0);
        if (bytes.hasRemaining()) {
            sink.output(LogLine.Stream.STDOUT, bytes);
        }
    }

    private void readBytes(InputStream stream) throws IOException {
        byte[] bytes = new byte[ExecSink.MOST_BYTES];
        int length = stream.read(bytes);
        while (length >= 0) {
            take(LogLine.Stream.STDOUT, ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
            length = stream.read(bytes);
        }
    }

    private void readFrames(DataInputStream in) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        while (in.readNBytes(header, 0, HEADER_BYTES) == HEADER_BYTES) {
            int left = ByteBuffer.wrap(header, 4, 4).getInt();
            if (left < 0) {
                throw new IOException("the engine's stream is garbled: a frame of " + left + " bytes");
            }
            LogLine.Stream stream = header[0] == 2 ? LogLine.Stream.STDERR : LogLine.Stream.STDOUT;
            while (left > 0) {
                byte[] piece = in.readNBytes(Math.min(left, ExecSink.MOST_BYTES));
                if (piece.length == 0) {
                    throw new EOFException("the engine's stream ended within a frame");
                }
                left -= piece.length;
                take(stream, ByteBuffer.wrap(piece));
            }
        }
    }

    private void take(LogLine.Stream stream, ByteBuffer bytes) {
        if (first && bytes.remaining() <= MOST_REFUSAL_BYTES && looksLikeRefusal(bytes)) {
            withheld = bytes;
        } else {
            release();
            sink.output(stream, bytes);
        }
        first = false;
    }

    private static boolean looksLikeRefusal(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().startsWith(REFUSAL);
    }
}
