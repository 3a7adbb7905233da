package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A network volume: one folder of a file system that several hosts share. Stateless; any thread. */
public final class NetworkVolume {
    static final String FOLDER = "berth-volumes";
    private static final String PERMISSIONS = "rwxr-xr-x";

    private NetworkVolume() {}

    /**
     * The volume's folder, made when it was never used; one that was used and is missing is not made anew. No part below
     * the share may be a link.
     */
    public static Path folder(Path share, String volumeId, String tenantId) {
        // Only an id in a key's form is a file's name.
        String name = new VolumeKey(volumeId, 0).volumeId();
        try {
            Path root = share.toRealPath();
            if (!share.isAbsolute() || !Files.isDirectory(root)) {
                throw new VolumeException(Kind.BAD_PATH, "share " + share + " is not a directory of this host");
            }
            return known(part(root.resolve(FOLDER), "rwx--x--x"), name, tenantId);
        } catch (IOException e) {
            throw new VolumeException(
                    Kind.FAILED,
                    "network volume " + name + " cannot be reached through " + share + ": " + e
                            + "; is the share mounted on this host?",
                    e);
        }
    }

    private static Path known(Path volumes, String volumeId, String tenantId) throws IOException {
        Path folder = volumes.resolve(volumeId);
        Optional<NetworkManifest> manifest = NetworkManifest.read(volumes, volumeId);
        if (manifest.isPresent()) {
            manifest.get().requireTenant(tenantId);
            if (!VolumeFolders.exists(folder)) {
                throw new VolumeException(
                        Kind.NOT_FOUND,
                        "network volume " + volumeId + " was on this share and is missing; it is not made anew. Put its"
                                + " folder back as " + folder);
            }
            return part(folder, PERMISSIONS);
        }
        part(folder, PERMISSIONS);
        VolumeFolders.syncAbove(folder);
        // After the folder: a crash between the two must not make one that was never used a missing one.
        new NetworkManifest(volumeId, tenantId).write(volumes);
        NetworkManifest.read(volumes, volumeId).ifPresent(known -> known.requireTenant(tenantId));
        return folder;
    }

    static Path part(Path path, String permissions) throws IOException {
        try {
            return SystemVolume.folder(path, permissions);
        } catch (FileAlreadyExistsException raced) {
            // Another host of the share was quicker; look at what it made.
            return SystemVolume.folder(path, permissions);
        } catch (VolumeException e) {
            throw new VolumeException(Kind.BAD_PATH, path + " is a link or a file, not a network volume", e);
        }
    }
}
