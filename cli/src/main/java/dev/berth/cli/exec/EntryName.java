package dev.berth.cli.exec;

import java.util.ArrayList;
import java.util.List;

/** The name of an entry of an archive that a stranger made, relative to the copy's root and known to stay below it. Pure. */
record EntryName(List<String> parts) {
    private static final String SELF = ".";
    private static final String UP = "..";

    /** @throws IllegalArgumentException what is wrong with it, as the end of a sentence */
    static EntryName of(String name, String root) {
        if (name.startsWith("/")) {
            throw new IllegalArgumentException("is an absolute name");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            if (part.equals(UP)) {
                throw new IllegalArgumentException("leads out of the copy");
            }
            if (!part.isEmpty() && !part.equals(SELF)) {
                if (!TreeWriter.isPlain(part)) {
                    throw new IllegalArgumentException("is no name for a file");
                }
                parts.add(part);
            }
        }
        if (!root.equals(SELF)) {
            if (parts.isEmpty() || !parts.getFirst().equals(root)) {
                throw new IllegalArgumentException("was not asked for");
            }
            parts.removeFirst();
        }
        return new EntryName(List.copyOf(parts));
    }

    boolean isRoot() {
        return parts.isEmpty();
    }

    /**
     * Whether a link of this name that leads there ends inside, whatever other links of this kind it meets: it may begin
     * with as many {@code ..} as there are folders above it, and hold none after a name, for a name may be a link.
     */
    boolean staysInside(String leadsTo) {
        if (leadsTo.isEmpty() || leadsTo.startsWith("/") || leadsTo.indexOf(0) >= 0) {
            return false;
        }
        int up = 0;
        boolean down = false;
        for (String part : leadsTo.split("/")) {
            if (part.equals(UP)) {
                up++;
                if (down || up > parts.size() - 1) {
                    return false;
                }
            } else if (!part.isEmpty() && !part.equals(SELF)) {
                down = true;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return parts.isEmpty() ? SELF : String.join("/", parts);
    }
}
