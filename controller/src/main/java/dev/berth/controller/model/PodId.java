package dev.berth.controller.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Server-made id of a pod, {@code [a-z0-9]{16}}. */
public record PodId(String value) implements Comparable<PodId> {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 16;

    /**
     * The id of the pod that a deployment's record of this version makes: pure, so that a replay of the decision gives
     * the same, and as good as random to those who do not know the cluster's id.
     */
    public static PodId derived(String clusterId, DeploymentId deploymentId, long recordVersion) {
        byte[] hash = sha256().digest((clusterId + "/" + deploymentId.value() + "/" + recordVersion)
                .getBytes(StandardCharsets.UTF_8));
        char[] id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            // Two bytes a letter: what is left of their 65,536 values makes none of them noticeably likelier.
            int value = (hash[2 * i] & 0xff) << 8 | (hash[2 * i + 1] & 0xff);
            id[i] = ALPHABET.charAt(value % ALPHABET.length());
        }
        return new PodId(new String(id));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public int compareTo(PodId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
