package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hosts with disks that do what they were told when they last listened, however long ago, and what must be true of those
 * disks at every moment: one writer of a volume, nothing lost that was not given up, and every start finds what the last
 * one wrote.
 */
final class VolumeFleet {
    private final NavigableMap<String, Disk> disks = new TreeMap<>();

    /** What the last incarnation wrote to the volume: what a person would miss. */
    private final Map<VolumeId, Integer> written = new TreeMap<>();

    /** Since when the controller's records have each copy in the trash. */
    private final Map<VolumeKey, Long> aside = new TreeMap<>();

    /** Copies that have been the volume. */
    private final Set<VolumeKey> counted = new TreeSet<>();

    private final long trashMillis;

    VolumeFleet(long trashMillis) {
        this.trashMillis = trashMillis;
    }

    /** A host: what lies on its disk, what it was told last, what runs there. */
    static final class Disk {
        final NavigableMap<VolumeKey, Integer> present = new TreeMap<>();
        final NavigableMap<VolumeKey, Integer> trashed = new TreeMap<>();
        NavigableMap<VolumeKey, VolumeCopy> orders = new TreeMap<>();
        NavigableMap<VolumeKey, Volume> volumes = new TreeMap<>();
        NavigableMap<PodId, Assignment> pods = new TreeMap<>();
        final NavigableMap<PodId, Integer> running = new TreeMap<>();
        final NavigableMap<PodId, Integer> ended = new TreeMap<>();
        final NavigableMap<PodId, List<VolumeKey>> mounts = new TreeMap<>();
        long revision;

        boolean isMounted(VolumeKey key) {
            return running.keySet().stream()
                    .anyMatch(pod -> mounts.getOrDefault(pod, List.of()).contains(key));
        }
    }

    Disk disk(String host) {
        return disks.computeIfAbsent(host, name -> new Disk());
    }

    /** The host gets its whole set. */
    void hears(ClusterView cluster, String host) {
        Disk disk = disk(host);
        HostId id = new HostId(host);
        disk.orders = new TreeMap<>();
        disk.volumes = new TreeMap<>();
        disk.pods = new TreeMap<>();
        disk.revision = Objects.requireNonNull(cluster.host(id)).desiredRevision();
        for (VolumeCopy copy : cluster.copiesOn(id)) {
            disk.orders.put(copy.key(), copy);
            disk.volumes.put(
                    copy.key(), Objects.requireNonNull(cluster.volume(copy.key().volumeId())));
        }
        for (Assignment assignment : cluster.assignments(id)) {
            disk.pods.put(assignment.podId(), assignment);
            Pod pod = cluster.pod(assignment.podId());
            boolean present = pod != null
                    && id.equals(pod.placement().hostId())
                    && pod.placement().incarnation() == assignment.incarnation();
            if (present && !disk.running.containsKey(assignment.podId())) {
                disk.mounts.put(assignment.podId(), there(cluster, id, assignment.podId()));
            }
        }
    }

    private static List<VolumeKey> there(ClusterView cluster, HostId host, PodId podId) {
        List<VolumeKey> keys = new ArrayList<>();
        for (Volume volume : cluster.volumesOf(podId)) {
            for (VolumeCopy copy : cluster.copiesOf(volume.id())) {
                if (copy.hostId().equals(host) && copy.goal().compareTo(CopyGoal.TRASH) < 0) {
                    keys.add(copy.key());
                }
            }
        }
        return keys;
    }

    /** The host does all that it can of what it was told. */
    void works(String host, long nowMillis) {
        Disk disk = disk(host);
        disk.pods.values().forEach(assignment -> stop(disk, assignment));
        for (VolumeCopy copy : disk.orders.values()) {
            switch (copy.goal()) {
                case KEEP -> takeBack(disk, copy);
                case FETCH -> fetch(disk, copy.key());
                case TRASH -> layAside(disk, copy.key());
                case PURGE -> purge(disk, copy.key(), nowMillis);
            }
        }
        disk.pods.values().forEach(assignment -> start(disk, assignment));
    }

    private static void stop(Disk disk, Assignment assignment) {
        Integer runs = disk.running.get(assignment.podId());
        if (runs != null && (assignment.goal() != Goal.RUN || assignment.incarnation() != runs)) {
            disk.running.remove(assignment.podId());
            disk.ended.put(assignment.podId(), runs);
        }
    }

    private static void takeBack(Disk disk, VolumeCopy copy) {
        Volume volume = Objects.requireNonNull(disk.volumes.get(copy.key()));
        VolumeKey old = new VolumeKey(volume.id(), volume.whereabouts().restoredFrom());
        Integer content = disk.trashed.get(old);
        if (!volume.whereabouts().proven() && content != null && !disk.present.containsKey(copy.key())) {
            disk.trashed.remove(old);
            disk.present.put(copy.key(), content);
        }
    }

    /** From whoever keeps the highest generation below and has it idle, as the source's own orders allow. */
    private void fetch(Disk disk, VolumeKey key) {
        for (Disk other : disks.values()) {
            for (Map.Entry<VolumeKey, Integer> copy : List.copyOf(other.present.entrySet())) {
                VolumeCopy order = other.orders.get(copy.getKey());
                boolean gives = copy.getKey().volumeId().equals(key.volumeId())
                        && copy.getKey().generation() < key.generation()
                        && order != null
                        && order.goal() == CopyGoal.KEEP
                        && !other.isMounted(copy.getKey());
                if (gives) {
                    disk.present.putIfAbsent(key, copy.getValue());
                }
            }
        }
    }

    private static void layAside(Disk disk, VolumeKey key) {
        Integer content = disk.isMounted(key) ? null : disk.present.remove(key);
        if (content != null) {
            disk.trashed.put(key, content);
        }
    }

    private void purge(Disk disk, VolumeKey key, long nowMillis) {
        Long since = aside.get(key);
        boolean aged = since != null && nowMillis - since >= trashMillis;
        assertThat(aged || !counted.contains(key))
                .as("copy %s is deleted: in the trash for a day, or never more than a fetch", key)
                .isTrue();
        if (!disk.isMounted(key)) {
            disk.present.remove(key);
            disk.trashed.remove(key);
        }
    }

    private void start(Disk disk, Assignment assignment) {
        PodId podId = assignment.podId();
        List<VolumeKey> keys = disk.mounts.getOrDefault(podId, List.of());
        if (assignment.goal() != Goal.RUN
                || disk.running.containsKey(podId)
                || disk.ended.getOrDefault(podId, 0) >= assignment.incarnation()
                || keys.isEmpty()) {
            return;
        }
        for (VolumeKey key : keys) {
            VolumeCopy order = disk.orders.get(key);
            Volume volume = disk.volumes.get(key);
            boolean fit = order != null
                    && volume != null
                    && order.goal() == CopyGoal.KEEP
                    && (disk.present.containsKey(key)
                            || (!volume.whereabouts().proven()
                                    && volume.whereabouts().restoredFrom() == 0));
            if (!fit) {
                return;
            }
        }
        disk.running.put(podId, assignment.incarnation());
        for (VolumeKey key : keys) {
            write(disk, key, assignment.incarnation());
        }
    }

    private void write(Disk disk, VolumeKey key, int incarnation) {
        for (Disk other : disks.values()) {
            for (PodId pod : other.running.keySet()) {
                boolean elsewhere = other != disk
                        && other.mounts.getOrDefault(pod, List.of()).stream()
                                .anyMatch(mount -> mount.volumeId().equals(key.volumeId()));
                assertThat(elsewhere)
                        .as("volume %s has one writer", key.volumeId())
                        .isFalse();
            }
        }
        assertThat(disk.present.getOrDefault(key, 0))
                .as("what incarnation %s finds in %s", incarnation, key)
                .isEqualTo(written.getOrDefault(key.volumeId(), 0));
        disk.present.put(key, incarnation);
        written.put(key.volumeId(), incarnation);
    }

    /** Every volume that a person could still ask for lies on some disk with what was written last. */
    void nothingIsLost(ClusterView cluster) {
        for (Volume volume : cluster.volumes()) {
            for (VolumeCopy copy : cluster.copiesOf(volume.id())) {
                if (copy.goal() == CopyGoal.TRASH) {
                    aside.putIfAbsent(copy.key(), copy.sinceMillis());
                } else if (copy.goal() == CopyGoal.KEEP) {
                    counted.add(copy.key());
                }
            }
        }
        written.forEach((id, incarnation) -> {
            Volume volume = cluster.volume(id);
            boolean kept = disks.values().stream()
                    .anyMatch(disk -> has(disk.present, id, incarnation) || has(disk.trashed, id, incarnation));
            assertThat(volume == null || isGivenUp(cluster, volume) || kept)
                    .as("volume %s as incarnation %s left it", id, incarnation)
                    .isTrue();
        });
    }

    private static boolean isGivenUp(ClusterView cluster, Volume volume) {
        return volume.isTrashed()
                && cluster.copiesOf(volume.id()).stream().anyMatch(copy -> copy.goal() == CopyGoal.PURGE);
    }

    private static boolean has(Map<VolumeKey, Integer> copies, VolumeId id, int incarnation) {
        return copies.entrySet().stream()
                .anyMatch(copy -> copy.getKey().volumeId().equals(id) && copy.getValue() == incarnation);
    }

    /** All that the host sees, as it would report in full. */
    List<ObservedCopy> copies(String host) {
        Disk disk = disk(host);
        List<ObservedCopy> seen = new ArrayList<>();
        for (VolumeCopy order : disk.orders.values()) {
            Condition condition = condition(disk, order);
            if (condition != null) {
                seen.add(new ObservedCopy(order.key(), condition, 1, 0, ""));
            }
        }
        return seen;
    }

    private static @Nullable Condition condition(Disk disk, VolumeCopy order) {
        boolean present = disk.present.containsKey(order.key());
        return switch (order.goal()) {
            case KEEP -> present ? Condition.PRESENT : null;
            case FETCH -> present ? Condition.FETCHED : Condition.FETCHING;
            case TRASH, PURGE ->
                present
                        ? Condition.PRESENT
                        : disk.trashed.containsKey(order.key()) ? Condition.TRASHED : Condition.ABSENT;
        };
    }

    ObservedPod[] pods(String host) {
        Disk disk = disk(host);
        List<ObservedPod> seen = new ArrayList<>();
        disk.running.forEach((pod, incarnation) -> seen.add(observed(pod, incarnation, Phase.RUNNING)));
        disk.ended.forEach((pod, incarnation) -> {
            if (!disk.running.containsKey(pod)) {
                Assignment assignment = disk.pods.get(pod);
                boolean removed = assignment == null || assignment.goal() == Goal.REMOVE;
                seen.add(observed(pod, incarnation, removed ? Phase.GONE : Phase.ENDED));
            }
        });
        disk.pods.forEach((pod, assignment) -> {
            boolean untouched = !disk.running.containsKey(pod) && disk.ended.getOrDefault(pod, 0) == 0;
            if (untouched
                    || (assignment.incarnation() > disk.ended.getOrDefault(pod, 0) && !disk.running.containsKey(pod))) {
                Phase phase = switch (assignment.goal()) {
                    case RUN -> Phase.STARTING;
                    case STOP -> Phase.ENDED;
                    case REMOVE -> Phase.GONE;
                };
                if (assignment.goal() != Goal.RUN) {
                    disk.ended.put(pod, assignment.incarnation());
                }
                seen.add(observed(pod, assignment.incarnation(), phase));
            }
        });
        return seen.toArray(ObservedPod[]::new);
    }

    private static ObservedPod observed(PodId pod, int incarnation, Phase phase) {
        ObservedPod.Exit exit = phase == Phase.ENDED ? new ObservedPod.Exit(0, false, false) : null;
        return new ObservedPod(pod, incarnation, phase, Reason.NONE, "as told", exit, List.of());
    }
}
