package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * The system directories of a pod, made from its volume's mounted file system and its image. One overlay of the image's
 * whole root, because an overlay per directory would lose what says that a whole directory was replaced. The container
 * sees parts of it only, so that nothing in it can turn the directories themselves into links. Stateless; any thread.
 */
final class SystemVolume {
    /** In the container, and bound from the volume. */
    static final List<String> DIRECTORIES = List.of("/home", "/root", "/var", "/run", "/etc", "/usr");

    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final Duration FILLING = Duration.ofMinutes(60);
    /** A page for the options, with its final zero. */
    private static final int MOST_OPTION_BYTES = 4095;

    private static final String FILLED = "filled";
    private static final String FILLING_UP = "filling";

    private SystemVolume() {}

    /** Throws REFUSED_SIZE when the image cannot fit; a warning for the pod's owner when it fits just so, else empty. */
    static String size(String what, long volumeBytes, SystemImage image) {
        if (volumeBytes < image.sizeBytes()) {
            throw new VolumeException(
                    Kind.REFUSED_SIZE,
                    what + " has " + mib(volumeBytes) + " MiB and image " + image.reference() + " "
                            + mib(image.sizeBytes()) + " MiB; a system volume must not be smaller than its image");
        }
        return volumeBytes / 3 < image.sizeBytes()
                ? what + " has " + mib(volumeBytes) + " MiB, less than three times image " + image.reference() + " ("
                        + mib(image.sizeBytes()) + " MiB); changes to installed software may fill it"
                : "";
    }

    private static long mib(long bytes) {
        return bytes >> 20;
    }

    /** Lays the image below the volume: {@code root} shows the merged tree afterwards. */
    static void overlay(Path fileSystem, Path root, SystemImage.Layered image) throws IOException {
        Path upper = folder(fileSystem.resolve("upper"), "rwxr-xr-x");
        Path work = folder(fileSystem.resolve("work"), "rwx------");
        String options = "lowerdir=" + String.join(":", image.layers().links()) + ",upperdir=" + upper + ",workdir="
                + work + ",index=off,metacopy=off,redirect_dir=off,nodev";
        if (options.length() > MOST_OPTION_BYTES) {
            throw new VolumeException(
                    Kind.LAYERS_UNFIT,
                    "image " + image.reference() + " has "
                            + image.layers().links().size()
                            + " layers, more than the kernel takes under a volume; squash it");
        }
        List<String> command = List.of("mount", "-n", "-i", "-t", "overlay", "-o", options, "overlay", root.toString());
        VolumeTools.Ended ended = VolumeTools.attempt(QUICK, image.layers().folder(), null, command);
        if (ended.status() != 0) {
            throw VolumeTools.failed(command, ended);
        }
    }

    /** Whatever the manifest says: changes lie here that need an image's layers below. */
    static boolean hasChanges(Path fileSystem) {
        return VolumeFolders.exists(fileSystem.resolve("upper"));
    }

    static boolean isFilled(Path fileSystem) {
        return Files.isDirectory(fileSystem.resolve(FILLED), LinkOption.NOFOLLOW_LINKS);
    }

    static Path filled(Path fileSystem) {
        return fileSystem.resolve(FILLED);
    }

    /** Unpacks the image into the volume and keeps the system directories. Starts anew where it was cut off. */
    static void fill(Path fileSystem, SystemImage.Archived image) throws IOException {
        Path filling = fileSystem.resolve(FILLING_UP);
        remove(filling);
        Path whole = folder(folder(filling, "rwx------").resolve("whole"), "rwxr-xr-x");
        List<String> command = List.of(
                "tar",
                "-x",
                "-f",
                "-",
                "-C",
                whole.toString(),
                "-p",
                "--same-owner",
                "--numeric-owner",
                "--xattrs",
                "--xattrs-include=*");
        try (InputStream archive = image.archive().get()) {
            VolumeTools.Ended ended = VolumeTools.attempt(FILLING, null, archive, command);
            if (ended.status() != 0) {
                throw notFilled(fileSystem, image, ended.output());
            }
        } catch (VolumeException e) {
            if (e.kind() == Kind.HOST_FULL) {
                // It starts anew in any case; what it took goes back to the disk that needs it.
                remove(filling);
            }
            throw e;
        }
        directories(whole, image.reference());
        Path kept = folder(filling.resolve(FILLED), "rwxr-xr-x");
        for (String directory : DIRECTORIES) {
            Files.move(below(whole, directory), below(kept, directory));
        }
        VolumeTools.run(FILLING, "sync", "-f", fileSystem.toString());
        Files.move(kept, filled(fileSystem));
        VolumeTools.run(FILLING, "sync", "-f", fileSystem.toString());
        remove(filling);
    }

    /** An image of many small files takes more than its size says. */
    private static VolumeException notFilled(Path fileSystem, SystemImage.Archived image, String said)
            throws IOException {
        boolean full = said.contains("No space left on device") || said.contains("Wrote only");
        String firstLine = said.lines().findFirst().orElse("");
        return full
                ? new VolumeException(
                        Kind.REFUSED_SIZE,
                        "image " + image.reference() + " (" + mib(image.sizeBytes()) + " MiB) does not fit into the "
                                + mib(Files.getFileStore(fileSystem).getTotalSpace())
                                + " MiB that the files of its system volume may take; make the volume larger")
                : new VolumeException(
                        Kind.FAILED,
                        "the volume could not be filled from image " + image.reference() + ": " + firstLine);
    }

    private static void remove(Path filling) {
        if (VolumeFolders.exists(filling)) {
            VolumeTools.run(FILLING, "rm", "-rf", "--one-file-system", "--", filling.toString());
        }
    }

    /**
     * Looks at the six in a merged or filled tree, and makes those the image lacks. No link is followed: one that an
     * image has in such a place would name a path of the host.
     */
    static void directories(Path root, String image) throws IOException {
        if (!VolumeFolders.exists(root.resolve("usr"))) {
            throw new VolumeException(
                    Kind.IMAGE_UNFIT, "image " + image + " has no /usr; a system volume needs a whole system below it");
        }
        for (String directory : DIRECTORIES) {
            Path path = below(root, directory);
            if (!VolumeFolders.exists(path)) {
                folder(path, directory.equals("/root") ? "rwx------" : "rwxr-xr-x");
            } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new VolumeException(
                        Kind.IMAGE_UNFIT,
                        "image " + image + " has a link or file as " + directory
                                + "; a system volume needs a directory there");
            }
        }
    }

    static Path below(Path root, String directory) {
        return root.resolve(directory.substring(1));
    }

    /** Makes a folder with these rights, whatever the umask; one that is there must be a folder and no link. */
    static Path folder(Path path, String permissions) throws IOException {
        if (!VolumeFolders.exists(path)) {
            Files.createDirectory(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new VolumeException(Kind.DAMAGED, path + " is not a folder; the volume was left as it is");
        }
        return path;
    }
}
