package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules for a path of a container at which a user wants a volume. The controller has refused bad ones; this is the
 * second line, on the host that would be hurt. Pure.
 */
public final class MountPath {
    private static final int LONGEST = 1024;
    /** The kernel's and the agent's own. */
    private static final List<String> RESERVED =
            List.of("/proc", "/sys", "/dev", "/run/secrets", "/var/run", "/.berth");
    /** Without these as the image has them no container starts, volume or not. */
    private static final List<String> SYSTEM = SystemVolume.DIRECTORIES;

    private static final List<String> ALSO_SYSTEM =
            List.of("/bin", "/boot", "/lib", "/lib32", "/lib64", "/libx32", "/sbin");

    private MountPath() {}

    /** Why a volume cannot be mounted there, as a sentence; empty when it can. */
    public static Optional<String> refusal(String path, boolean hasSystemVolume) {
        String shown = shown(path);
        if (!path.startsWith("/")) {
            return Optional.of("mount path " + shown + " is not absolute; start it with /");
        }
        if (path.length() > LONGEST) {
            return Optional.of("mount path " + shown + " is longer than " + LONGEST + " characters");
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == ':')) {
            return Optional.of("mount path " + shown + " holds a colon or a control character");
        }
        if (path.equals("/")) {
            return Optional.of("mount path / is the container's root; choose a directory below it");
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return Optional.of(
                        "mount path " + shown + " is not normalised; write it without //, ., .. or a final /");
            }
        }
        for (String reserved : RESERVED) {
            if (within(path, reserved)) {
                return Optional.of("mount path " + shown + " is at or below " + reserved + ", which is not a user's");
            }
        }
        return system(path, shown, hasSystemVolume);
    }

    private static Optional<String> system(String path, String shown, boolean hasSystemVolume) {
        for (String directory : SYSTEM) {
            if (hasSystemVolume && within(path, directory)) {
                return Optional.of("mount path " + shown + " is at or below " + directory
                        + ", which the system volume keeps; choose another directory");
            }
            if (path.equals(directory)) {
                return Optional.of("mount path " + shown + " would hide a system directory; choose one below it");
            }
        }
        for (String directory : ALSO_SYSTEM) {
            if (within(path, directory)) {
                return Optional.of("mount path " + shown + " is at or below " + directory + ", a system directory");
            }
        }
        return Optional.empty();
    }

    /** Why these cannot be mounted in one container; empty when they can. */
    public static Optional<String> refusal(List<String> paths, boolean hasSystemVolume) {
        List<String> before = new ArrayList<>();
        for (String path : paths) {
            Optional<String> refusal = refusal(path, hasSystemVolume);
            if (refusal.isPresent()) {
                return refusal;
            }
            for (String other : before) {
                if (within(path, other) || within(other, path)) {
                    return Optional.of("mount paths " + shown(other) + " and " + shown(path)
                            + " overlap; each volume needs a directory of its own");
                }
            }
            before.add(path);
        }
        return Optional.empty();
    }

    static void check(List<String> paths, boolean hasSystemVolume) {
        refusal(paths, hasSystemVolume).ifPresent(why -> {
            throw new VolumeException(Kind.BAD_PATH, why);
        });
    }

    private static boolean within(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }

    private static String shown(String path) {
        String clean = path.replaceAll("\\p{Cntrl}", "?");
        return '"' + (clean.length() > 100 ? clean.substring(0, 100) + "…" : clean) + '"';
    }
}
