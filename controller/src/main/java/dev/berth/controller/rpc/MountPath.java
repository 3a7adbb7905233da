package dev.berth.controller.rpc;

import dev.berth.controller.model.PodStorage;
import java.util.List;
import java.util.Optional;

/** Where a volume may be mounted in a container. Pure. */
final class MountPath {
    private static final int MAX_LENGTH = 1024;

    /** Neither there nor below. */
    private static final List<String> PLATFORM = List.of("/proc", "/sys", "/dev", "/run/secrets", "/.berth");

    /** Neither above, there nor below. */
    private static final List<String> SYSTEM =
            List.of("/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/var", "/run", "/boot");

    private MountPath() {}

    /** What is wrong with the path; empty for nothing. */
    static Optional<String> violation(String path) {
        if (!path.startsWith("/")) {
            return Optional.of("must be an absolute path, is " + Text.quote(path));
        }
        if (path.length() > MAX_LENGTH || !Text.plain(path, MAX_LENGTH).equals(path) || path.indexOf(':') >= 0) {
            return Optional.of("must be at most " + MAX_LENGTH + " characters without ':' or control characters, is "
                    + Text.quote(path));
        }
        if (!isPlainlyWritten(path)) {
            return Optional.of("must have no empty, '.' or '..' part, is " + Text.quote(path));
        }
        for (String taken : PLATFORM) {
            if (PodStorage.isAtOrBelow(path, taken)) {
                return Optional.of("must not be at or below " + taken + ", is " + Text.quote(path));
            }
        }
        for (String taken : SYSTEM) {
            if (PodStorage.isAtOrBelow(path, taken) || PodStorage.isAtOrBelow(taken, path)) {
                return Optional.of("must not be above, at or below " + taken + ", is " + Text.quote(path));
            }
        }
        return Optional.empty();
    }

    private static boolean isPlainlyWritten(String path) {
        if (path.length() == 1) {
            return true;
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
