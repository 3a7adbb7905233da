package dev.berth.controller.simulation;

import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.controller.model.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a host as the agent's store and its mounts keep them: what lies on the disk outlives agents and boots,
 * what is mounted outlives agents. A loss of power takes what was written and not yet synced, or a part of it.
 */
final class HostDisk {
    final HostId hostId;
    private final Chance chance;
    private final VolumeOracles oracles;
    private final Mutant mutant;
    private final SortedMap<VolumeKey, Copy> present = new TreeMap<>();
    private final SortedMap<VolumeKey, Copy> trashed = new TreeMap<>();
    private final SortedMap<VolumeKey, Copy> partial = new TreeMap<>();
    private final SortedMap<PodKey, SortedSet<VolumeKey>> mounts = new TreeMap<>();
    private boolean full;

    /** A file with a file system, and its manifest. */
    static final class Copy {
        final VolumeKind kind;
        final String tenantId;
        String podId;
        long sizeBytes;
        int highestIncarnation;

        @Nullable
        Written content;

        @Nullable
        Written synced;

        Copy(VolumeOrder order) {
            kind = order.kind();
            tenantId = order.tenantId();
            podId = order.podId();
            sizeBytes = order.sizeBytes();
        }
    }

    HostDisk(HostId hostId, Chance chance, VolumeOracles oracles, Mutant mutant) {
        this.mutant = mutant;
        this.hostId = hostId;
        this.chance = chance;
        this.oracles = oracles;
    }

    /** From now on there is room for nothing new, or again. */
    void full(boolean now) {
        full = now;
    }

    boolean isFull() {
        return full;
    }

    @Nullable
    Copy present(VolumeKey key) {
        return present.get(key);
    }

    @Nullable
    Copy at(Place place, VolumeKey key) {
        return switch (place) {
            case PRESENT -> present.get(key);
            case TRASHED -> trashed.get(key);
            case PARTIAL -> partial.get(key);
        };
    }

    boolean isMounted(VolumeKey key) {
        return mounts.values().stream().anyMatch(of -> of.contains(key));
    }

    SortedSet<VolumeKey> mountedBy(PodKey pod) {
        return mounts.getOrDefault(pod, new TreeSet<>());
    }

    /** Placements with volumes mounted. */
    List<PodKey> mounting() {
        return List.copyOf(mounts.keySet());
    }

    /** Something that an agent knows nothing of. */
    void put(Place place, VolumeKey key, Copy copy) {
        switch (place) {
            case PRESENT -> present.put(key, copy);
            case TRASHED -> trashed.put(key, copy);
            case PARTIAL -> partial.put(key, copy);
        }
    }

    /** The power is gone: what was written since the last sync is there up to some point. */
    void crash() {
        for (SortedSet<VolumeKey> keys : mounts.values()) {
            for (VolumeKey key : keys) {
                Copy copy = present.get(key);
                while (copy != null && copy.content != copy.synced && copy.content != null && chance.below(3) > 0) {
                    copy.content = copy.content.before;
                }
            }
        }
        mounts.clear();
        oracles.writers().crashed(hostId);
    }

    void started(PodKey pod, List<VolumeKey> volumes, boolean elastic) {
        oracles.writers().started(hostId, pod, volumes, mountedBy(pod), elastic);
        write(pod);
    }

    /** Of the container that runs there. */
    void write(PodKey pod) {
        for (VolumeKey key : mountedBy(pod)) {
            Copy copy = present.get(key);
            if (copy != null) {
                copy.content = new Written(copy.content, pod);
                oracles.contents().wrote(key.volumeId(), copy.content);
            }
        }
    }

    private static StepOutcome refused(String message) {
        return Machine.refused(FailureReason.VOLUME_ERROR, message);
    }

    /** All of it or nothing, unless it is cut off after so many. */
    StepOutcome mount(PodKey pod, Assignment assignment, List<VolumeOrder> orders, int cutAfter) {
        if (full) {
            return new StepOutcome.Unavailable("the host's disk is full");
        }
        boolean fresh = !mounts.containsKey(pod);
        int done = 0;
        for (VolumeMount wanted : assignment.volumes()) {
            StepOutcome trouble = done++ >= cutAfter
                    ? new StepOutcome.Uncertain("the mount was cut off")
                    : mountOne(pod, assignment, wanted.key(), orders);
            if (trouble != null) {
                if (fresh && cutAfter >= assignment.volumes().size()) {
                    unmount(pod);
                }
                return trouble;
            }
        }
        return new StepOutcome.Mounted(List.of());
    }

    private @Nullable StepOutcome mountOne(PodKey pod, Assignment assignment, VolumeKey key, List<VolumeOrder> orders) {
        VolumeOrder order =
                orders.stream().filter(one -> one.key().equals(key)).findFirst().orElse(null);
        if (order == null) {
            return refused("volume " + key + " is in no order");
        }
        Copy copy = present.get(key);
        if (copy == null) {
            if (order.proven() || order.restoredFrom() > 0 || trashed.containsKey(key)) {
                return refused("volume " + key + " is missing, and not made anew");
            }
            copy = new Copy(order);
            present.put(key, copy);
        }
        if (!copy.podId.equals(pod.podId()) || !copy.tenantId.equals(assignment.tenantId())) {
            return refused("volume " + key + " belongs to pod " + copy.podId);
        }
        if (pod.incarnation() < copy.highestIncarnation) {
            return refused("volume " + key + " was mounted by incarnation " + copy.highestIncarnation);
        }
        for (PodKey other : mounts.keySet()) {
            if (!other.equals(pod)
                    && mountedBy(other).stream().anyMatch(one -> one.volumeId().equals(key.volumeId()))) {
                return new StepOutcome.Unavailable("volume " + key + " is mounted by " + other);
            }
        }
        copy.sizeBytes = Math.max(copy.sizeBytes, order.sizeBytes());
        copy.highestIncarnation = pod.incarnation();
        if (mounts.computeIfAbsent(pod, one -> new TreeSet<>()).add(key)) {
            copy.synced = copy.content;
            oracles.writers().mounted(hostId, pod, key);
            oracles.contents().mounted(key, copy.content);
        }
        return null;
    }

    /** Writes out first. */
    void unmount(PodKey pod) {
        SortedSet<VolumeKey> keys = mounts.remove(pod);
        if (keys == null) {
            return;
        }
        for (VolumeKey key : keys) {
            Copy copy = present.get(key);
            if (copy != null) {
                copy.synced = mutant == Mutant.TELLS_END_BEFORE_SYNC ? copy.synced : copy.content;
                oracles.contents().synced(key.volumeId(), copy.content);
            }
            oracles.writers().unmounted(hostId, pod, key);
        }
    }

    CopyOutcome grow(VolumeKey key, long sizeBytes) {
        Copy copy = present.get(key);
        if (copy == null) {
            return new CopyOutcome.Refused("volume " + key + " is not here");
        }
        Violation.unless(
                sizeBytes >= copy.sizeBytes, () -> "volume " + key + " is to shrink to " + sizeBytes + " bytes");
        copy.sizeBytes = sizeBytes;
        return done(key);
    }

    CopyOutcome trash(VolumeKey key) {
        if (!present.containsKey(key)) {
            return trashed.containsKey(key) ? done(key) : new CopyOutcome.Refused("volume " + key + " is not here");
        }
        if (trashed.containsKey(key)) {
            return new CopyOutcome.Refused("volume " + key + " is both present and in the trash");
        }
        if (isMounted(key)) {
            return new CopyOutcome.Failed("volume " + key + " is in use");
        }
        oracles.deletions().trashed(hostId, key);
        trashed.put(key, present.remove(key));
        return done(key);
    }

    /** @param half cut off between its manifest and its folder */
    CopyOutcome takeBack(VolumeOrder order, boolean half) {
        VolumeKey former = new VolumeKey(order.key().volumeId(), order.restoredFrom());
        Copy copy = trashed.get(former);
        if (copy == null) {
            return present.containsKey(order.key())
                    ? done(order.key())
                    : new CopyOutcome.Refused("volume " + former + " is not in the trash here");
        }
        if (present.containsKey(order.key())) {
            return new CopyOutcome.Refused("volume " + order.key() + " exists already");
        }
        if (!copy.podId.equals(order.podId())) {
            copy.podId = order.podId();
            copy.highestIncarnation = 0;
        }
        if (!half) {
            trashed.remove(former);
            present.put(order.key(), copy);
        }
        return done(order.key());
    }

    CopyOutcome purge(VolumeKey key) {
        if (!trashed.containsKey(key) && !partial.containsKey(key)) {
            return present.containsKey(key)
                    ? new CopyOutcome.Refused("volume " + key + " is not in the trash")
                    : done(key);
        }
        oracles.deletions().purged(hostId, key);
        trashed.remove(key);
        partial.remove(key);
        return done(key);
    }

    /** For mutants: gone, wherever it lies. */
    void wipe(VolumeKey key) {
        oracles.deletions().purged(hostId, key);
        present.remove(key);
        trashed.remove(key);
        partial.remove(key);
    }

    /** What a fetch has brought so far lies here from now on. */
    void receive(VolumeOrder order) {
        partial.computeIfAbsent(order.key(), key -> new Copy(order));
    }

    /** All of it is here. */
    CopyOutcome adopt(VolumeOrder order, @Nullable Written content) {
        VolumeKey key = order.key();
        if (present.containsKey(key) && !partial.containsKey(key)) {
            return done(key);
        }
        if (present.containsKey(key) || trashed.containsKey(key)) {
            return new CopyOutcome.Refused("volume " + key + " was fetched though it lies here already");
        }
        Copy copy = new Copy(order);
        copy.content = content;
        copy.synced = content;
        partial.remove(key);
        present.put(key, copy);
        return done(key);
    }

    private CopyOutcome done(VolumeKey key) {
        return new CopyOutcome.Done(found().stream()
                .filter(copy -> copy.key().equals(key))
                .findFirst()
                .orElse(null));
    }

    /** As it is listed; those that are present first. */
    List<FoundCopy> found() {
        List<FoundCopy> found = new ArrayList<>();
        present.forEach((key, copy) -> found.add(found(key, copy, Place.PRESENT)));
        trashed.forEach((key, copy) -> found.add(found(key, copy, Place.TRASHED)));
        partial.forEach((key, copy) -> found.add(found(key, copy, Place.PARTIAL)));
        return found;
    }

    private FoundCopy found(VolumeKey key, Copy copy, Place place) {
        boolean mounted = place == Place.PRESENT && isMounted(key);
        long size = place == Place.PARTIAL ? 0 : copy.sizeBytes;
        return new FoundCopy(key, place, size, 1 << 20, mounted, mounted && full, "");
    }
}
