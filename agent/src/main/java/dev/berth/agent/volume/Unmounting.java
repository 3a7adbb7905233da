package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a pod's mounts apart by what the kernel's table says, so that a half mounted pod and one of a dead agent go the
 * same way. Never lazily: a mount that is in use stays in the table and in the way. Any thread, one for one pod.
 */
final class Unmounting {
    private static final Logger LOG = LoggerFactory.getLogger(Unmounting.class);
    private static final Duration SYNC = Duration.ofMinutes(10);
    private static final Duration TRIM = Duration.ofMinutes(2);
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final long IN_USE_NANOS = 10_000_000_000L;
    private static final long POLL_NANOS = 20_000_000;

    private final VolumeStore store;
    private final MountFolders folders;
    private final Duration detach;

    Unmounting(VolumeStore store, MountFolders folders, Duration detach) {
        this.store = store;
        this.folders = folders;
        this.detach = detach;
    }

    void unmount(PodKey pod) {
        List<VolumeStore.Hold> holds = new ArrayList<>();
        try {
            // In order of their ids, as all who take several.
            for (VolumeKey volume : folders.volumes(pod)) {
                holds.add(store.hold(volume));
            }
            unmountHeld(pod);
        } finally {
            holds.forEach(VolumeStore.Hold::close);
        }
    }

    private void unmountHeld(PodKey pod) {
        Path folder = folders.pod(pod);
        List<MountTable.Entry> entries = inOrder(MountTable.read().below(folder));
        List<String> unwritten = new ArrayList<>();
        for (MountTable.Entry entry : entries) {
            if (MountFolders.isFileSystem(entry)) {
                Freeze.thaw(Path.of(entry.point()));
                sync(entry, unwritten);
                trim(entry);
            }
        }
        for (MountTable.Entry entry : entries) {
            unmount(entry, pod);
        }
        // By the folders, which are there until this is so: the table forgets what another namespace still has.
        for (VolumeKey volume : folders.volumes(pod)) {
            if (Files.exists(store.disk(volume))) {
                Loops.awaitFree(store.disk(volume), "volume " + volume + " of pod " + pod, detach);
            }
        }
        removeFolders(folder, pod);
        if (!unwritten.isEmpty()) {
            throw new VolumeException(
                    Kind.NOT_SYNCED,
                    "not all that pod " + pod + " wrote has reached the disk; look at the host's disk and its kernel"
                            + " log: " + String.join("; ", unwritten));
        }
    }

    /** An overlay keeps the file system of its upper folder busy without being below it; else the deepest first. */
    private static List<MountTable.Entry> inOrder(List<MountTable.Entry> entries) {
        List<MountTable.Entry> order = new ArrayList<>(entries.reversed());
        order.sort(Comparator.comparingInt((MountTable.Entry entry) -> MountFolders.isFileSystem(entry) ? 1 : 0)
                .thenComparingInt(entry -> -entry.point().split("/", -1).length));
        return order;
    }

    private static void sync(MountTable.Entry entry, List<String> unwritten) {
        VolumeTools.Ended ended = VolumeTools.attempt(SYNC, null, null, List.of("sync", "-f", entry.point()));
        if (ended.status() != 0) {
            unwritten.add(ended.output());
        }
    }

    /** What was deleted becomes holes, which are not moved. The kernel does that late and drops it at an unmount. */
    private static void trim(MountTable.Entry entry) {
        VolumeTools.Ended ended =
                VolumeTools.attempt(TRIM, null, null, List.of("fstrim", entry.point() + "/" + Freeze.INSIDE));
        if (ended.status() != 0) {
            // Costs space and no data.
            LOG.warn("{} was not trimmed: {}", entry.point(), ended.output());
        }
    }

    private static void unmount(MountTable.Entry entry, PodKey pod) {
        List<String> command = List.of("umount", "-n", "-i", entry.point());
        long end = System.nanoTime() + IN_USE_NANOS;
        while (true) {
            VolumeTools.Ended ended = VolumeTools.attempt(QUICK, null, null, command);
            if (ended.status() == 0 || !MountTable.read().has(Path.of(entry.point()))) {
                return;
            }
            if (System.nanoTime() - end > 0) {
                throw new VolumeException(
                        Kind.BUSY,
                        entry.point() + " of pod " + pod + " cannot be unmounted; find who uses it with fuser -vm "
                                + entry.point() + ": " + ended.output());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Empty folders and the agent's own marks only: whatever else lies there was not expected and stays. */
    private static void removeFolders(Path folder, PodKey pod) {
        if (!VolumeFolders.exists(folder)) {
            return;
        }
        try {
            try (DirectoryStream<Path> volumes = Files.newDirectoryStream(folder)) {
                for (Path volume : volumes) {
                    if (volume.endsWith(MountFolders.BOUND)) {
                        removePoints(volume);
                    } else if (Files.isDirectory(volume, LinkOption.NOFOLLOW_LINKS)) {
                        Files.deleteIfExists(volume.resolve(MountFolders.READY));
                        Files.deleteIfExists(volume.resolve(MountFolders.ROOT));
                        Files.deleteIfExists(volume.resolve(MountFolders.FILE_SYSTEM));
                    }
                    Files.deleteIfExists(volume);
                }
            }
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            throw new VolumeException(
                    Kind.CONFLICT,
                    "all volumes of pod " + pod + " are unmounted, but files lie where they were mounted; look at "
                            + e.getFile(),
                    e);
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, "mount points of pod " + pod + " could not be removed: " + e, e);
        }
    }

    private static void removePoints(Path folder) throws IOException {
        try (DirectoryStream<Path> points = Files.newDirectoryStream(folder)) {
            for (Path point : points) {
                Files.delete(point);
            }
        }
    }
}
