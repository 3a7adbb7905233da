package dev.berth.controller.rpc;

import java.util.random.RandomGenerator;

/**
 * Makes the ids that the server gives: 16 characters of [a-z0-9], about 82 bits, without bias. As random as the
 * generator that comes in: a SecureRandom in production, a seeded one in simulations. Any thread.
 */
public final class Ids {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 16;

    /** The largest multiple of 36 that a byte can hold; what lies above would make some letters likelier. */
    private static final int FAIR_LIMIT = 252;

    private final RandomGenerator random;

    public Ids(RandomGenerator random) {
        this.random = random;
    }

    public String next() {
        char[] id = new char[LENGTH];
        byte[] bytes = new byte[LENGTH + 8];
        int length = 0;
        while (length < LENGTH) {
            synchronized (this) {
                random.nextBytes(bytes);
            }
            for (int i = 0; i < bytes.length && length < LENGTH; i++) {
                int value = bytes[i] & 0xff;
                if (value < FAIR_LIMIT) {
                    id[length++] = ALPHABET.charAt(value % 36);
                }
            }
        }
        return new String(id);
    }

    /** Whether the text has the form of such an id. */
    public static boolean isId(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }
}
