package dev.berth.agent.gpu;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text as C libraries write it into a buffer that the caller gave. Pure. */
final class NvmlText {
    /** What a buffer is filled with before the call: text that lacks its end is then seen whatever its length. */
    static final byte FILL = (byte) 0xff;

    private NvmlText() {}

    /** The text up to the first NUL; empty when there is none, or when a byte is not printable ASCII. */
    static Optional<String> parse(byte[] buffer) {
        int length = 0;
        while (length < buffer.length && buffer[length] != 0) {
            if (buffer[length] < 0x20 || buffer[length] > 0x7e) {
                return Optional.empty();
            }
            length++;
        }
        if (length == buffer.length) {
            return Optional.empty();
        }
        return Optional.of(new String(buffer, 0, length, StandardCharsets.US_ASCII).strip());
    }
}
