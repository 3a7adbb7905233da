package dev.berth.cli.exec;

import dev.berth.cli.outcome.CliFailure;
import org.jspecify.annotations.Nullable;

/** A path in a pod, as {@code POD:PATH} names it; relative ones begin where the container's commands do. Pure. */
public record PodPath(String pod, String path) {
    private static final String SELF = ".";

    /** Null for a path on this machine: one without a colon, or whose beginning says so ({@code ./a:b}). */
    public static @Nullable PodPath of(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || text.startsWith("/") || text.startsWith(".")) {
            return null;
        }
        String path = text.substring(colon + 1);
        if (path.isEmpty() || path.indexOf(0) >= 0) {
            throw CliFailure.usage("'" + text + "' names no path in the pod", "Write POD:PATH");
        }
        return new PodPath(text.substring(0, colon), path);
    }

    public boolean isMarkedAsFolder() {
        return path.endsWith("/");
    }

    /** The folder that holds it. */
    public String parent() {
        String bare = bare();
        int slash = bare.lastIndexOf('/');
        return slash < 0 ? SELF : slash == 0 ? "/" : bare.substring(0, slash);
    }

    /** Its last name; {@code .} for what a folder holds without the folder itself ({@code DIR/.}). */
    public String name() {
        String bare = bare();
        String name = bare.substring(bare.lastIndexOf('/') + 1);
        if (name.equals("..")) {
            throw CliFailure.usage("'" + path + "' ends with '..'", "Name the file or folder itself");
        }
        return name.isEmpty() ? SELF : name;
    }

    private String bare() {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
