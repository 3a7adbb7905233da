package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.volume.DiskGuard.Level;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@link DiskGuard} decides: freezes the mounted volumes before the host's disk is full, and thaws them when
 * there is space again. {@link #tick} is called by one timer, the rest by any thread.
 *
 * <p>Stopping a pod whose volume is frozen: a process that waits for the volume cannot be killed before it is thawed.
 * Send SIGKILL first, then call {@link #thawForStop}: with the signal pending each of them ends at its next step, and
 * writes next to nothing. (A TERM with its grace is lost on them meanwhile.) {@link PodMounts#unmount} thaws too.
 */
public final class DiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private static final Duration FREEZING = Duration.ofMinutes(5);

    private final Path disk;
    private final long reserveBytes;
    private final Duration freezing;
    private final VolumeStore store;
    private final PodMounts mounts;

    /** Names of volumes whose freeze was begun and that were not thawed since, with what is known of it. Guarded by itself. */
    private final TreeMap<String, Freeze.Attempt> frozen = new TreeMap<>();
    /** Being stopped: not frozen again. */
    private final TreeSet<PodKey> stopping = new TreeSet<>();

    private volatile Level level = Level.OPEN;
    private volatile long freeBytes = Long.MAX_VALUE;
    private volatile boolean looked;

    /**
     * @param disk a path of the file system that holds the volumes
     * @param reserveBytes see {@link DiskGuard}; a few seconds of the fastest writing, and not below 1 GiB on a host
     */
    public DiskWatch(Path disk, long reserveBytes, VolumeStore store, PodMounts mounts) {
        this(disk, reserveBytes, store, mounts, FREEZING);
    }

    /** @param freezing how long the tool that freezes a volume is waited for */
    DiskWatch(Path disk, long reserveBytes, VolumeStore store, PodMounts mounts, Duration freezing) {
        this.freezing = freezing;
        this.disk = disk;
        this.reserveBytes = reserveBytes;
        this.store = store;
        this.mounts = mounts;
    }

    /** As of the last tick. */
    public Level level() {
        return level;
    }

    /** When to tick next. */
    public long nextLookMillis() {
        return DiskGuard.nextLookMillis(freeBytes, reserveBytes);
    }

    /**
     * Why new work may not write so many bytes more: with them on it, too, the disk has to be {@link Level#OPEN}. This is
     * the one rule for whoever brings anything to the disk, before it begins; with 0 bytes it costs nothing, and is what
     * is under way asks again and again and ends when it is refused: others write as well.
     */
    public Optional<String> refusal(long bytes) {
        Level now = level;
        long free = freeBytes;
        if (now == Level.OPEN && (bytes > 0 || !looked)) {
            free = free(mounts.mounted());
            now = DiskGuard.decide(now, free - bytes, reserveBytes);
        }
        return now == Level.OPEN
                ? Optional.empty()
                : Optional.of("the host's disk has " + (free >> 20) + " MiB left, of which "
                        + ((2 * reserveBytes) >> 20)
                        + " are kept for what was written" + (bytes > 0 ? " and " + (bytes >> 20) + " are needed" : "")
                        + "; free space on the host");
    }

    /** Throws HOST_FULL where it is {@link #refusal refused}. */
    public void requireRoom(String what, long bytes) {
        refusal(bytes).ifPresent(why -> {
            throw new VolumeException(Kind.HOST_FULL, what + " is refused: " + why);
        });
    }

    /** Looks at the disk and acts. Freezing waits until what was written has reached the disk. */
    public synchronized Level tick() {
        List<MountedVolume> mounted = mounts.mounted();
        freeBytes = free(mounted);
        Level next = DiskGuard.decide(level, freeBytes, reserveBytes);
        if (next != level) {
            LOG.warn("the host's disk has {} MiB left: {} → {}", freeBytes >> 20, level, next);
        }
        level = next;
        if (next == Level.OPEN) {
            // Whoever was stopped may be started again, for a restart even before anybody looks.
            stopping.clear();
        } else {
            stopping.retainAll(mounted.stream().map(MountedVolume::pod).toList());
        }
        synchronized (frozen) {
            frozen.keySet().retainAll(mounted.stream().map(DiskWatch::name).toList());
        }
        if (next == Level.FREEZE) {
            freeze(mounted);
        } else {
            thaw(mounted);
        }
        looked = true;
        return next;
    }

    /** What is left when all that volumes hold in memory is written. */
    private long free(List<MountedVolume> mounted) {
        try {
            long free = Files.getFileStore(disk).getUsableSpace();
            Map<Path, Long> allocated = mounted.isEmpty() ? Map.of() : store.allocatedBytes();
            for (MountedVolume volume : mounted) {
                long written = allocated.getOrDefault(store.disk(volume.volume()), 0L);
                // The rest of what it counts as used is on its way to its file.
                free -= Math.max(0, volume.usedBytes() - written);
            }
            return free;
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, "the free space of " + disk + " cannot be read: " + e, e);
        }
    }

    /** All at once: each has to write out first, and none may wait for another's. */
    private void freeze(List<MountedVolume> mounted) {
        List<Thread> work = new ArrayList<>();
        for (MountedVolume volume : mounted) {
            if (!isFrozen(volume) && !stopping.contains(volume.pod())) {
                work.add(Thread.startVirtualThread(() -> freeze(volume)));
            }
        }
        for (Thread each : work) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void freeze(MountedVolume volume) {
        // Held by whoever unmounts it: a frozen file system cannot be.
        Optional<VolumeStore.Hold> hold = store.tryHold(volume.volume());
        if (hold.isEmpty()) {
            return;
        }
        try (VolumeStore.Hold _ = hold.get()) {
            if (mounts.mounted().contains(volume)) {
                // Before: one that outlives its tool is finished by the kernel, and has to be thawed all the same.
                learnt(volume, Freeze.Attempt.UNKNOWN);
                Freeze.Attempt attempt = Freeze.freeze(volume.point(), freezing);
                learnt(volume, attempt);
                if (attempt != Freeze.Attempt.NOT_FROZEN) {
                    LOG.warn("volume {} of pod {} is frozen until the host has space", volume.volume(), volume.pod());
                }
            }
        }
    }

    private void learnt(MountedVolume volume, Freeze.Attempt attempt) {
        synchronized (frozen) {
            if (attempt == Freeze.Attempt.NOT_FROZEN) {
                frozen.remove(name(volume));
            } else {
                frozen.put(name(volume), attempt);
            }
        }
    }

    /** Whether its freeze was begun and it was not thawed since, whatever the level is by now. Never waits for a tick. */
    public boolean isFrozen(MountedVolume volume) {
        synchronized (frozen) {
            return frozen.containsKey(name(volume));
        }
    }

    /** Whether writes of the pod wait, or may at any moment. */
    public boolean isFrozen(PodKey pod) {
        return level == Level.FREEZE
                || mounts.mounted().stream().anyMatch(volume -> volume.pod().equals(pod) && isFrozen(volume));
    }

    /** Those of {@link #isFrozen(MountedVolume)}, as names that only compare. */
    public Set<String> frozen() {
        synchronized (frozen) {
            return Set.copyOf(frozen.keySet());
        }
    }

    private void thaw(List<MountedVolume> mounted) {
        for (MountedVolume volume : mounted) {
            // An agent before this one may have left any of them frozen.
            if (isFrozen(volume) || !looked) {
                thaw(volume);
            }
        }
    }

    private void thaw(MountedVolume volume) {
        try {
            boolean was = Freeze.thaw(volume.point());
            synchronized (frozen) {
                // Of one whose end is not known the freeze may still come; it is thawed again at each look.
                if (was || frozen.get(name(volume)) != Freeze.Attempt.UNKNOWN) {
                    frozen.remove(name(volume));
                }
            }
            if (was) {
                LOG.info("volume {} of pod {} may be written", volume.volume(), volume.pod());
            }
        } catch (VolumeException e) {
            // Tried again at the next look, if it is mounted then.
            LOG.error("volume {} of pod {} could not be thawed", volume.volume(), volume.pod(), e);
        }
    }

    /** Lets the pod's processes come to an end; see above. Its volumes are not frozen again before they are unmounted. */
    public synchronized void thawForStop(PodKey pod) {
        stopping.add(pod);
        for (MountedVolume volume : mounts.mounted()) {
            if (volume.pod().equals(pod)) {
                thaw(volume);
            }
        }
    }

    private static String name(MountedVolume volume) {
        return volume.pod() + " " + volume.volume();
    }
}
