package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the hosts of a share know of a network volume: whose it is, and that it was used, so that one whose folder is
 * missing is not made anew and empty. A file beside the volumes, made once by the first host that mounts it, before
 * anything can be written into the folder; an order to delete the volume takes it away. Stateless; any thread.
 */
record NetworkManifest(String volumeId, String tenantId) {
    static final String FOLDER = ".known";

    static Path file(Path volumes, String volumeId) {
        return volumes.resolve(FOLDER).resolve(volumeId);
    }

    static Optional<NetworkManifest> read(Path volumes, String volumeId) throws IOException {
        Path file = file(volumes, volumeId);
        if (!VolumeFolders.exists(file)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw senseless(file);
        }
        Map<String, String> fields = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int at = line.indexOf('=');
                if (at > 0) {
                    fields.put(line.substring(0, at), line.substring(at + 1));
                }
            }
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
        String tenantId = fields.get("tenant");
        if (tenantId == null || !volumeId.equals(fields.get("volume"))) {
            throw senseless(file);
        }
        return Optional.of(new NetworkManifest(volumeId, tenantId));
    }

    private static VolumeException senseless(Path file) {
        return new VolumeException(
                Kind.DAMAGED,
                file + " does not say whose network volume that is; the volume was left alone; look at it");
    }

    /** Whatever another host wrote meanwhile stays: read what holds. */
    void write(Path volumes) throws IOException {
        Path folder = NetworkVolume.part(volumes.resolve(FOLDER), "rwx------");
        VolumeFolders.syncAbove(folder);
        ShareFile.makeOnce(file(volumes, volumeId), "volume=" + volumeId + "\ntenant=" + tenantId + "\n");
    }

    /** With what hosts that were killed while they wrote it left beside it. */
    static void remove(Path volumes, String volumeId) throws IOException {
        Path folder = volumes.resolve(FOLDER);
        if (!VolumeFolders.exists(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, volumeId + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        VolumeFolders.sync(folder);
    }

    void requireTenant(String wanted) {
        if (!tenantId.equals(wanted)) {
            throw new VolumeException(
                    Kind.WRONG_OWNER,
                    "network volume " + volumeId + " belongs to another tenant than the order's; it was left alone");
        }
    }
}
