package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network volume: one folder of a file system that several hosts share. Stateless; any thread. */
public final class NetworkVolume {
    static final String FOLDER = "berth-volumes";

    private NetworkVolume() {}

    /** The volume's folder, made when it is missing. No part below the share may be a link. */
    public static Path folder(Path share, String volumeId) {
        // Only an id in a key's form is a file's name.
        String name = new VolumeKey(volumeId, 0).volumeId();
        try {
            Path root = share.toRealPath();
            if (!share.isAbsolute() || !Files.isDirectory(root)) {
                throw new VolumeException(Kind.BAD_PATH, "share " + share + " is not a directory of this host");
            }
            return part(part(root.resolve(FOLDER), "rwx--x--x").resolve(name), "rwxr-xr-x");
        } catch (IOException e) {
            throw new VolumeException(
                    Kind.FAILED,
                    "network volume " + name + " cannot be reached through " + share + ": " + e
                            + "; is the share mounted on this host?",
                    e);
        }
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
