package dev.berth.controller.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** Everything that happened, as lines: a hash of all of them, and the last ones (50, or {@code sim.lines}) word for word. */
final class Trace {
    private static final int KEPT_LINES = Integer.getInteger("sim.lines", 50);

    private final Timeline timeline;
    private final MessageDigest digest;
    private final Deque<String> last = new ArrayDeque<>();
    private long lines;

    Trace(Timeline timeline) {
        this.timeline = timeline;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void add(String who, Object what) {
        long millis = timeline.sinceStartMillis();
        String line = millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1) + " " + who + " " + what;
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        last.addLast(line);
        if (last.size() > KEPT_LINES) {
            last.removeFirst();
        }
        lines++;
    }

    long lines() {
        return lines;
    }

    String last() {
        return String.join("\n", last);
    }

    /** Of all lines; asked for once, at the end. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
