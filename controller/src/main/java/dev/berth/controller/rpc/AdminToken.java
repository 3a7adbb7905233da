package dev.berth.controller.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The one token of this version: 256 random bits behind a prefix that secret scanners know, in a file that only its
 * owner reads. Made at the first start; whoever can read the file administers the cluster.
 */
public final class AdminToken {
    public static final String FILE_NAME = "admin.token";
    private static final String PREFIX = "berth_";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private AdminToken() {}

    /** {@code random} must be a SecureRandom outside tests. */
    public static String readOrCreate(Path dataDirectory, RandomGenerator random) throws IOException {
        Path file = dataDirectory.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            create(file, random);
        }
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (!token.startsWith(PREFIX) || token.length() < PREFIX.length() + 43 || !Text.isVisibleAscii(token)) {
            throw new IOException(file + " does not hold a token: it must begin with " + PREFIX
                    + ". Remove the file to have a new one made.");
        }
        return token;
    }

    private static void create(Path file, RandomGenerator random) throws IOException {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        Path written = file.resolveSibling(FILE_NAME + ".new");
        Files.deleteIfExists(written);
        Files.createFile(written, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(written, token + "\n", StandardCharsets.US_ASCII);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
