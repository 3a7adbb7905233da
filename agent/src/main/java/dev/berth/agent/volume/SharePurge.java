package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes a network volume from its share for good, by an order that names it and a generation. First one rename takes
 * it from its place, so that no pod can come upon half of it; what lies in the share's trash is then deleted, by whoever
 * is ordered to: several hosts may do so at once, and each may be killed anywhere. Any thread.
 */
public final class SharePurge {
    static final String TRASH = ".trash";
    /** What takes longer is gone on with at the next try. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Shares shares;

    public SharePurge(Shares shares) {
        this.shares = shares;
    }

    /** Returns when nothing of the volume is on the share; else throws, mostly to be called again later. */
    public void purge(String share, VolumeKey key, String tenantId) {
        shares.look(share).ifPresent(volumes -> purge(share, volumes, key, tenantId));
    }

    private static void purge(String share, Path volumes, VolumeKey key, String tenantId) {
        String id = key.volumeId();
        try {
            BoundFolders.requireNone(id);
            Path present = volumes.resolve(id);
            Path trash = SystemVolume.folder(volumes.resolve(TRASH), "rwx------");
            NetworkManifest.read(volumes, id).ifPresent(known -> known.requireTenant(tenantId));
            if (VolumeFolders.exists(present)) {
                if (!Files.isDirectory(present, LinkOption.NOFOLLOW_LINKS)) {
                    throw new VolumeException(
                            Kind.BAD_PATH, present + " is a link or a file, not network volume " + id + "; look at it");
                }
                // What an earlier try left would be in the way.
                deleteAll(trashed(trash, key));
                aside(present, trash.resolve(key.toString()));
            } else if (trashed(trash, key).isEmpty()) {
                // In this order: while another host is at it, the manifest goes before the last of the trash.
                requireUnknown(volumes, id);
            }
            NetworkManifest.remove(volumes, id);
            deleteAll(trashed(trash, key));
            if (VolumeFolders.exists(present) || !trashed(trash, key).isEmpty()) {
                throw new VolumeException(Kind.BUSY, "another host is deleting network volume " + id + " too");
            }
        } catch (IOException e) {
            throw new VolumeException(
                    Kind.FAILED, "network volume " + id + " could not be deleted from share " + share + ": " + e, e);
        }
    }

    /** What was used and lies nowhere was taken away by somebody else: its bytes may still be anywhere. */
    private static void requireUnknown(Path volumes, String id) throws IOException {
        if (NetworkManifest.read(volumes, id).isPresent()) {
            throw new VolumeException(
                    Kind.FAILED,
                    "network volume " + id
                            + " is to be deleted, was on this share and is missing. Put its folder back as "
                            + volumes.resolve(id) + ", or remove " + NetworkManifest.file(volumes, id)
                            + " if it is gone for good");
        }
    }

    private static void aside(Path present, Path moved) throws IOException {
        try {
            VolumeFolders.move(present, moved);
        } catch (NoSuchFileException raced) {
            if (VolumeFolders.exists(present)) {
                throw raced;
            }
        }
    }

    /** Of this volume, up to this generation: each was taken there by an order of its own. */
    private static List<Path> trashed(Path trash, VolumeKey key) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(trash, key.volumeId() + ".*")) {
            for (Path path : stream) {
                Optional<VolumeKey> named = VolumeKey.parse(path.getFileName().toString());
                if (named.isPresent() && named.get().generation() <= key.generation()) {
                    found.add(path);
                }
            }
        }
        found.sort(null);
        return found;
    }

    private static void deleteAll(List<Path> trashed) throws IOException {
        for (Path folder : trashed) {
            delete(folder);
        }
    }

    /** No link is followed, and no other file system entered: the tool opens each folder from within its parent. */
    private static void delete(Path folder) throws IOException {
        VolumeTools.run(LIMIT, "rm", "-rf", "--one-file-system", "--", folder.toString());
        VolumeFolders.syncAbove(folder);
    }
}
