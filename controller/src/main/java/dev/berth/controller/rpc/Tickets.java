package dev.berth.controller.rpc;

import dev.berth.controller.model.VolumeKey;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets by which one agent fetches a copy of a volume from another: both get the same one, nobody else can make it, and
 * it names exactly one source and one new copy. Derived, so that no ticket is kept; the key lives as long as the process,
 * and a new one only makes both ends begin a new call. Used by {@link Assignments}.
 */
final class Tickets {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;

    Tickets(RandomGenerator random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** 64 hex digits. */
    String of(VolumeKey source, VolumeKey copy) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal((source + ">" + copy).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
