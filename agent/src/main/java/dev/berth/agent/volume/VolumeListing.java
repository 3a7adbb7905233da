package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeCopy.Place;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what lies in a store's folders. One bad copy is a line with its problem and spoils no other. Any thread. */
final class VolumeListing {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeListing.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<String> OWN_FOLDERS = Set.of("trash", "partial", "making");
    private static final int BLOCK_BYTES = 512;

    private final VolumeFolders folders;

    VolumeListing(VolumeFolders folders) {
        this.folders = folders;
    }

    List<VolumeCopy> list() {
        Map<Path, Long> allocated = allocatedBytes(List.of(folders.root(Place.PRESENT)));
        List<VolumeCopy> copies = new ArrayList<>();
        for (Place place : Place.values()) {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folders.root(place))) {
                stream.forEach(found::add);
            } catch (IOException e) {
                throw new VolumeException(
                        VolumeException.Kind.FAILED, "the volumes cannot be listed: " + e.getMessage(), e);
            }
            found.sort(null);
            for (Path folder : found) {
                if (place != Place.PRESENT
                        || !OWN_FOLDERS.contains(folder.getFileName().toString())) {
                    long bytes = allocated.getOrDefault(folder.resolve(VolumeFolders.DISK), 0L);
                    copies.add(read(folder, place, bytes));
                }
            }
        }
        return copies;
    }

    List<VolumeCopy> find(VolumeKey key) {
        Map<Place, Path> found = new EnumMap<>(Place.class);
        for (Place place : Place.values()) {
            Path folder = folders.root(place).resolve(key.toString());
            if (VolumeFolders.exists(folder)) {
                found.put(place, folder);
            }
        }
        if (found.isEmpty()) {
            return List.of();
        }
        Map<Path, Long> allocated = allocatedBytes(List.copyOf(found.values()));
        List<VolumeCopy> copies = new ArrayList<>();
        found.forEach((place, folder) ->
                copies.add(read(folder, place, allocated.getOrDefault(folder.resolve(VolumeFolders.DISK), 0L))));
        return copies;
    }

    /** One process for all copies below these folders: the platform does not tell how much of a sparse file is there. */
    static Map<Path, Long> allocatedBytes(List<Path> below) {
        List<String> command = new ArrayList<>(List.of("find"));
        below.forEach(folder -> command.add(folder.toString()));
        command.addAll(List.of("-maxdepth", "3", "-name", VolumeFolders.DISK, "-type", "f", "-printf", "%b %p\\n"));
        // A folder that vanishes meanwhile makes a complaint; the others count.
        String output = VolumeTools.attempt(LIMIT, null, null, command).output();
        Map<Path, Long> bytes = new TreeMap<>();
        output.lines().forEach(line -> allocated(line, bytes));
        return bytes;
    }

    private static void allocated(String line, Map<Path, Long> bytes) {
        int blank = line.indexOf(' ');
        try {
            if (blank > 0) {
                bytes.put(Path.of(line.substring(blank + 1)), Long.parseLong(line.substring(0, blank)) * BLOCK_BYTES);
            }
        } catch (NumberFormatException | InvalidPathException e) {
            // A complaint of the tool, or of a folder whose name is no volume's.
            LOG.debug("no size in {}", line, e);
        }
    }

    static VolumeCopy read(Path folder, Place place, long allocatedBytes) {
        String name = folder.getFileName().toString();
        Optional<VolumeKey> key = VolumeKey.parse(name);
        VolumeManifest manifest = null;
        String problem = "";
        if (key.isEmpty()) {
            problem = "its name is no volume's";
        } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            problem = "it is not a folder";
        } else {
            try {
                manifest = new ManifestFile(folder).read();
                problem = mismatch(key.get(), place, manifest);
            } catch (IOException | RuntimeException e) {
                // A fetch has none until it is adopted.
                problem = place == Place.PARTIAL ? "" : String.valueOf(e.getMessage());
            }
            if (problem.isEmpty() && place != Place.PARTIAL) {
                problem = disk(folder);
            }
        }
        return new VolumeCopy(name, key.orElse(null), place, manifest, allocatedBytes, problem);
    }

    private static String mismatch(VolumeKey key, Place place, VolumeManifest manifest) {
        boolean restoring = place == Place.TRASHED
                && manifest.key().volumeId().equals(key.volumeId())
                && manifest.formerGeneration() == key.generation();
        return manifest.key().equals(key) || restoring || place == Place.PARTIAL
                ? ""
                : "its manifest is of " + manifest.key();
    }

    private static String disk(Path folder) {
        return Files.isRegularFile(folder.resolve(VolumeFolders.DISK), LinkOption.NOFOLLOW_LINKS)
                ? ""
                : "its " + VolumeFolders.DISK + " is missing or not a file";
    }

    /** The manifest, or why there is none to work with. */
    static VolumeManifest require(Path folder, Place place, String what) {
        VolumeCopy copy = read(folder, place, 0);
        @Nullable VolumeManifest manifest = copy.manifest();
        if (!VolumeFolders.exists(folder)) {
            throw new VolumeException(VolumeException.Kind.NOT_FOUND, what + " is not on this host");
        }
        if (manifest == null || !copy.readable()) {
            throw new VolumeException(
                    VolumeException.Kind.DAMAGED,
                    what + " cannot be used and was left as it is: " + copy.problem() + "; look at " + folder);
        }
        return manifest;
    }
}
