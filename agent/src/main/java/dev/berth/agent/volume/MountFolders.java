package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where pods' volumes are mounted: {@code <pod>.<incarnation>/<volume>.<generation>/fs} is a copy's file system and
 * {@code root} beside it the merged tree of a system volume; {@code <pod>.<incarnation>/bound/<number>} shows one folder
 * of them. The names alone tell, from the kernel's table, what is mounted for whom after a restart of the agent.
 * Immutable; any thread.
 */
final class MountFolders {
    static final String FILE_SYSTEM = "fs";
    static final String ROOT = "root";
    static final String BOUND = "bound";
    /** Made when all that comes before a container's start is done, so that a repeat disturbs no container. */
    static final String READY = "ready";

    private static final Pattern POD_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern POD = Pattern.compile("([A-Za-z0-9_-]{1,64})\\.(0|[1-9][0-9]{0,8})");
    /** A mount's options have no way to quote some of the others. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/@+=-]+");

    private final Path folder;

    MountFolders(Path folder) throws IOException {
        Files.createDirectories(folder);
        this.folder = folder.toRealPath();
        if (!PLAIN.matcher(this.folder.toString()).matches()) {
            throw new VolumeException(
                    Kind.BAD_PATH,
                    "volumes cannot be mounted below " + this.folder
                            + ": give the agent a data folder of letters, digits and ._/@+=- alone");
        }
    }

    Path all() {
        return folder;
    }

    Path pod(PodKey pod) {
        if (!POD_ID.matcher(pod.podId()).matches() || pod.incarnation() < 0) {
            throw new VolumeException(Kind.BAD_PATH, "pod id " + pod.podId().length() + " characters long is no id");
        }
        return folder.resolve(pod.podId() + "." + pod.incarnation());
    }

    Path volume(PodKey pod, VolumeKey volume) {
        return pod(pod).resolve(volume.toString());
    }

    Path fileSystem(PodKey pod, VolumeKey volume) {
        return volume(pod, volume).resolve(FILE_SYSTEM);
    }

    Path root(PodKey pod, VolumeKey volume) {
        return volume(pod, volume).resolve(ROOT);
    }

    Path ready(PodKey pod, VolumeKey volume) {
        return volume(pod, volume).resolve(READY);
    }

    Path bound(PodKey pod, int number) {
        return pod(pod).resolve(BOUND).resolve(Integer.toString(number));
    }

    static boolean isFileSystem(MountTable.Entry entry) {
        return entry.point().endsWith("/" + FILE_SYSTEM);
    }

    /** The pod that a mount point is of. */
    Optional<PodKey> podOf(String point) {
        String rest = rest(point);
        Matcher matcher = POD.matcher(rest.split("/", -1)[0]);
        return matcher.matches()
                ? Optional.of(new PodKey(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Those that have a folder here: mounted, or not unmounted in order, as after a reboot. */
    NavigableSet<PodKey> pods() {
        NavigableSet<PodKey> pods = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
            found.forEach(path -> podOf(path.toString()).ifPresent(pods::add));
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, folder + " cannot be listed: " + e, e);
        }
        return pods;
    }

    /** The volumes that have a folder in a pod's, sorted. */
    List<VolumeKey> volumes(PodKey pod) {
        List<VolumeKey> volumes = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(pod(pod))) {
            found.forEach(path -> VolumeKey.parse(path.getFileName().toString()).ifPresent(volumes::add));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, pod(pod) + " cannot be listed: " + e, e);
        }
        volumes.sort(null);
        return volumes;
    }

    /** The copies whose file systems are mounted. */
    List<MountedVolume> mounted(MountTable table) {
        List<MountedVolume> mounted = new ArrayList<>();
        for (MountTable.Entry entry : table.below(folder)) {
            String[] parts = rest(entry.point()).split("/", -1);
            Optional<PodKey> pod = podOf(entry.point());
            if (parts.length == 3 && parts[2].equals(FILE_SYSTEM) && pod.isPresent()) {
                VolumeKey.parse(parts[1])
                        .ifPresent(volume -> mounted.add(
                                new MountedVolume(pod.get(), volume, Path.of(entry.point()), entry.source())));
            }
        }
        return mounted;
    }

    private String rest(String point) {
        String prefix = folder + "/";
        return point.startsWith(prefix) ? point.substring(prefix.length()) : "";
    }
}
