package dev.berth.agent.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One copy of a volume on a host's disk. The generation rises with every move and every restore, so two copies of one
 * volume are two keys. Only what {@link #toString} can hold is a key: its text is a folder's name.
 */
public record VolumeKey(String volumeId, int generation) implements Comparable<VolumeKey> {
    private static final Pattern ID = Pattern.compile("[a-z0-9]{16}");
    private static final Pattern TEXT = Pattern.compile("([a-z0-9]{16})\\.(0|[1-9][0-9]{0,8})");

    public VolumeKey {
        if (!ID.matcher(volumeId).matches()) {
            throw new IllegalArgumentException("a volume id is 16 characters of a-z and 0-9, not " + quoted(volumeId));
        }
        if (generation < 0 || generation > 999_999_999) {
            throw new IllegalArgumentException("a volume's generation is 0 to 999999999, not " + generation);
        }
    }

    /** Of what {@link #toString} wrote; empty for any other text. */
    public static Optional<VolumeKey> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new VolumeKey(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(VolumeKey other) {
        int byId = volumeId.compareTo(other.volumeId);
        return byId != 0 ? byId : Integer.compare(generation, other.generation);
    }

    @Override
    public String toString() {
        return volumeId + "." + generation;
    }

    private static String quoted(String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
