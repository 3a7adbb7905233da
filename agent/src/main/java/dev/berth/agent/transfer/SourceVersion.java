package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Which file lies at a path and when it was last touched, as the kernel counts it: the time of change cannot be set back
 * by anybody, so equal versions are equal bytes.
 */
record SourceVersion(long device, long inode, long fileBytes, long modifiedNanos, long changedNanos) {
    static SourceVersion of(Path file) throws IOException {
        Map<String, Object> facts = Files.readAttributes(
                file, "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
            throw new IOException(file + " is not a plain file");
        }
        return new SourceVersion(
                number(facts, "dev"),
                number(facts, "ino"),
                number(facts, "size"),
                nanos(facts, "lastModifiedTime"),
                nanos(facts, "ctime"));
    }

    /** For the other end, to whom it means nothing: together with where the data lies. */
    String tokenWith(DataMap map) {
        ByteBuffer numbers = ByteBuffer.allocate(5 * Long.BYTES)
                .putLong(device)
                .putLong(inode)
                .putLong(fileBytes)
                .putLong(modifiedNanos)
                .putLong(changedNanos);
        var digest = Fingerprints.sha256();
        digest.update(numbers.flip());
        ByteBuffer extent = ByteBuffer.allocate(2 * Long.BYTES);
        for (int i = 0; i < map.extents(); i++) {
            digest.update(
                    extent.clear().putLong(map.start(i)).putLong(map.end(i)).flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static byte[] bytes(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }

    private static long number(Map<String, Object> facts, String name) {
        return ((Number) Objects.requireNonNull(facts.get(name), name)).longValue();
    }

    private static long nanos(Map<String, Object> facts, String name) {
        return ((FileTime) Objects.requireNonNull(facts.get(name), name)).to(TimeUnit.NANOSECONDS);
    }
}
