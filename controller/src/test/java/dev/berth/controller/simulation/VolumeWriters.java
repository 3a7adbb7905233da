package dev.berth.controller.simulation;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who may write to a volume (INV-09): one placement at a time over all hosts, none older than one that had it before, on
 * no copy but one that a committed record lets count; a container only on the one that counts now.
 */
final class VolumeWriters implements RecordObserver {
    private final ClusterView durable;
    private final SortedMap<String, SortedSet<String>> mounted = new TreeMap<>();
    private final SortedMap<String, Integer> highest = new TreeMap<>();
    private final SortedSet<String> counted = new TreeSet<>();
    private final SortedSet<String> seen = new TreeSet<>();

    VolumeWriters(ClusterView durable) {
        this.durable = durable;
    }

    SortedSet<String> seen() {
        return seen;
    }

    void mounted(HostId hostId, PodKey pod, VolumeKey key) {
        Violation.unless(
                counted.contains(key + " " + hostId),
                () -> "INV-09: host " + hostId + " mounts copy " + key + " for " + pod
                        + ", which no committed record lets count there");
        SortedSet<String> of = mounted.computeIfAbsent(key.volumeId(), id -> new TreeSet<>());
        of.add(pod + " on " + hostId);
        Violation.unless(of.size() == 1, () -> "INV-09: volume " + key.volumeId() + " has several writers: " + of);
        int before = highest.merge(key.volumeId() + " " + pod.podId(), pod.incarnation(), Math::max);
        Violation.unless(
                before == pod.incarnation(),
                () -> "INV-09: " + pod + " mounts volume " + key + " after incarnation " + before);
    }

    void unmounted(HostId hostId, PodKey pod, VolumeKey key) {
        SortedSet<String> of = mounted.get(key.volumeId());
        if (of != null) {
            of.remove(pod + " on " + hostId);
        }
    }

    /** All that a machine had mounted is gone with its boot. */
    void crashed(HostId hostId) {
        mounted.values().forEach(of -> of.removeIf(one -> one.endsWith(" on " + hostId)));
    }

    /** What a container needs lies below it, and is what counts now, unless its lease alone decides whether it may start. */
    void started(
            HostId hostId, PodKey pod, Collection<VolumeKey> needed, Collection<VolumeKey> there, boolean elastic) {
        Violation.unless(
                there.containsAll(needed),
                () -> "INV-21: " + pod + " starts on host " + hostId + " without all its volumes: of " + needed
                        + " are mounted " + there);
        for (VolumeKey key : needed) {
            VolumeId id = new VolumeId(key.volumeId());
            Volume volume = durable.volume(id);
            VolumeCopy copy = durable.copy(new dev.berth.controller.model.VolumeKey(id, key.generation()));
            Violation.unless(
                    elastic
                            || (volume != null
                                    && copy != null
                                    && copy.goal() == CopyGoal.KEEP
                                    && copy.hostId().equals(hostId)
                                    && copy.key().equals(volume.current())),
                    () -> "INV-09: " + pod + " starts on host " + hostId + " on copy " + key + ", committed are " + copy
                            + " of " + volume);
        }
    }

    @Override
    public void before(JournalRecord entry, ClusterView cluster) {}

    @Override
    public void after(JournalRecord entry, ClusterView cluster) {
        if (entry instanceof JournalRecord.PodPlaced placed) {
            cluster.volumesOf(placed.podId()).forEach(volume -> count(cluster, volume.id()));
        } else if (entry instanceof JournalRecord.VolumeProven proven
                && count(cluster, proven.key().volumeId())) {
            seen.add("a volume moved to another host");
        } else if (entry instanceof JournalRecord.VolumeRestored restored) {
            count(cluster, restored.volumeId());
            seen.add("a volume restored");
        }
    }

    /** Whether that is news. */
    private boolean count(ClusterView cluster, VolumeId id) {
        boolean news = false;
        for (VolumeCopy copy : cluster.copiesOf(id)) {
            if (copy.goal() == CopyGoal.KEEP) {
                news |= counted.add(copy.key() + " " + copy.hostId());
            }
        }
        return news;
    }
}
