package dev.berth.cli.exec;

import com.google.protobuf.ByteString;
import dev.berth.cli.render.Escape;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where a command's output goes on this side: into a pipe or a file as it is, and on a terminal that was not lent to it
 * with whatever could steer that escaped (INV-53). One thread.
 */
public final class PlainOutput {
    private final PrintStream out;
    private final boolean escape;
    /** The beginning of a character whose rest comes with the next bytes. */
    private byte[] held = {};

    public PlainOutput(PrintStream out, boolean escape) {
        this.out = out;
        this.escape = escape;
    }

    public void write(ByteString bytes) {
        try {
            if (escape) {
                escaped(bytes);
            } else {
                bytes.writeTo(out);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void escaped(ByteString bytes) {
        byte[] all = Arrays.copyOf(held, held.length + bytes.size());
        bytes.copyTo(all, held.length);
        int whole = all.length - unfinished(all);
        int from = 0;
        for (int i = 0; i < whole; i++) {
            if (all[i] == '\n') {
                out.print(Escape.bytes(ByteBuffer.wrap(all, from, i - from)));
                out.write('\n');
                from = i + 1;
            }
        }
        out.print(Escape.bytes(ByteBuffer.wrap(all, from, whole - from)));
        held = Arrays.copyOfRange(all, whole, all.length);
    }

    /** How many of the last bytes may belong to a character of UTF-8 that is not whole. */
    private static int unfinished(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xff;
            if (lead >= 0xc0) {
                int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
                return back < length ? back : 0;
            }
            if (lead < 0x80) {
                return 0;
            }
        }
        return 0;
    }

    /** Nothing follows. */
    public void end() {
        if (held.length > 0) {
            out.print(Escape.bytes(ByteBuffer.wrap(held)));
            held = new byte[0];
        }
        out.flush();
    }

    /** Nobody reads any more. */
    public boolean isBroken() {
        return out.checkError();
    }
}
