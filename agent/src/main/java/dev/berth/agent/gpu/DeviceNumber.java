package dev.berth.agent.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Major and minor of a character device, as Linux packs them into {@code st_rdev}. Immutable. */
public record DeviceNumber(int major, int minor) {
    private static final int TYPE_BITS = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    /** The number of the character device at the path; empty when something else, or nothing, is there. Links are not followed. */
    public static Optional<DeviceNumber> of(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE_BITS) != CHARACTER_DEVICE) {
            return Optional.empty();
        }
        return Optional.of(unpacked((long) Files.getAttribute(path, "unix:rdev", LinkOption.NOFOLLOW_LINKS)));
    }

    private static DeviceNumber unpacked(long device) {
        int major = (int) (((device >> 8) & 0xfff) | ((device >> 32) & ~0xfff));
        int minor = (int) ((device & 0xff) | ((device >> 12) & ~0xff));
        return new DeviceNumber(major, minor);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
