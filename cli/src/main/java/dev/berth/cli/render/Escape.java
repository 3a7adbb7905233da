package dev.berth.cli.render;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes text that a pod or a user may have shaped safe for a terminal (INV-53): control characters, the C1 range,
 * direction overrides and bytes that are not UTF-8 become visible escapes. Pure; any thread.
 */
public final class Escape {
    private Escape() {}

    /** The text with every character that could steer a terminal escaped; a tab stays. */
    public static String text(String text) {
        int clean = 0;
        while (clean < text.length() && isHarmless(text.charAt(clean))) {
            clean++;
        }
        if (clean == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, clean);
        for (int i = clean; i < text.length(); i++) {
            append(escaped, text.charAt(i));
        }
        return escaped.toString();
    }

    /** As {@link #text}, and tabs and line ends become spaces: the cell of a table stays on its line. */
    public static String cell(String text) {
        return text(text.replace('\n', ' ').replace('\r', ' ').replace('\t', ' '));
    }

    /** Bytes as a container wrote them; what is not UTF-8 becomes {@code \xNN}. */
    public static String bytes(ByteBuffer bytes) {
        ByteBuffer input = bytes.asReadOnlyBuffer();
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer decoded = CharBuffer.allocate(input.remaining() + 1);
        StringBuilder escaped = new StringBuilder(input.remaining());
        while (true) {
            var result = decoder.decode(input, decoded, true);
            decoded.flip();
            escaped.append(text(decoded.toString()));
            decoded.clear();
            if (!result.isError()) {
                return escaped.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                hex(escaped, input.get() & 0xff);
            }
            decoder.reset();
        }
    }

    private static void append(StringBuilder escaped, char c) {
        if (isHarmless(c)) {
            escaped.append(c);
        } else if (c <= 0xff) {
            hex(escaped, c);
        } else {
            escaped.append(String.format("\\u%04x", (int) c));
        }
    }

    private static void hex(StringBuilder escaped, int octet) {
        escaped.append("\\x").append(Character.forDigit(octet >> 4, 16)).append(Character.forDigit(octet & 0xf, 16));
    }

    private static boolean isHarmless(char c) {
        if (c == '\t') {
            return true;
        }
        boolean control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
        boolean direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        boolean lineSeparator = c == 0x2028 || c == 0x2029;
        return !control && !direction && !lineSeparator;
    }
}
