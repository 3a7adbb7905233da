package dev.berth.agent.transfer;

import java.util.regex.Pattern;

/**
 * The right to one transfer, made by the controller and told to both ends: 32 random bytes in hex. Its text never gets
 * into a log by accident: {@link #toString} shows its first four digits.
 */
public record Ticket(String hex) {
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{64}");

    public Ticket {
        if (!TEXT.matcher(hex).matches()) {
            throw new IllegalArgumentException("a transfer ticket is 64 digits of 0-9 and a-f, not " + hex.length()
                    + " characters; the controller makes it");
        }
    }

    @Override
    public String toString() {
        return "ticket " + hex.substring(0, 4) + "…";
    }
}
