package dev.berth.controller.rpc;

/** Rules on strings that arrive, and their safe quotation in messages for people (INV-53). Pure. */
final class Text {
    private static final int QUOTED_LENGTH = 80;

    private Text() {}

    /** Shortened, and with everything escaped that could move a terminal's cursor. */
    static String quote(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().limit(QUOTED_LENGTH).forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (isPlain(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(String.format("\\u%04x", c));
            }
        });
        return quoted.append(value.codePointCount(0, value.length()) > QUOTED_LENGTH ? "…\"" : "\"")
                .toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** At most {@code most} characters, with a space for each that could move a terminal's cursor. */
    static String plain(String value, int most) {
        String shortened = value.length() <= most ? value : value.substring(0, most);
        if (shortened.codePoints().allMatch(Text::isPlain)) {
            return shortened;
        }
        StringBuilder plain = new StringBuilder(shortened.length());
        shortened.codePoints().forEach(c -> plain.appendCodePoint(isPlain(c) ? c : ' '));
        return plain.toString();
    }

    static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Every character a letter or digit of ASCII or one of {@code others}. */
    static boolean isMadeOf(String text, String others) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && others.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isVisibleAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '!' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** [A-Za-z_][A-Za-z0-9_]*. */
    static boolean isEnvName(String text) {
        return !text.isEmpty() && !(text.charAt(0) >= '0' && text.charAt(0) <= '9') && isMadeOf(text, "_");
    }

    /** Bytes of UTF-8, without making them. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
