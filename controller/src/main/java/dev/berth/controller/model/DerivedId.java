package dev.berth.controller.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Ids {@code [a-z0-9]{16}} that follow from a text, so that a decision makes the same ones wherever it is replayed. Pure. */
final class DerivedId {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 16;

    private DerivedId() {}

    static String of(String text) {
        byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        char[] id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            // Two bytes a letter: what is left of their 65,536 values makes none of them noticeably likelier.
            int value = (hash[2 * i] & 0xff) << 8 | (hash[2 * i + 1] & 0xff);
            id[i] = ALPHABET.charAt(value % ALPHABET.length());
        }
        return new String(id);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
