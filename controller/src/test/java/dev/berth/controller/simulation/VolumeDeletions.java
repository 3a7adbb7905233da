package dev.berth.controller.simulation;

import dev.berth.agent.model.VolumeKey;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nothing is laid aside or deleted by inference (INV-18, INV-19): each time a committed record has named this copy of this
 * host, and what once was the volume has been in the trash for its whole time.
 */
final class VolumeDeletions implements RecordObserver {
    private static final long TRASH_MILLIS = Mutations.TRASH_MILLIS;

    private final SortedSet<String> toTrash = new TreeSet<>();
    private final SortedSet<String> toPurge = new TreeSet<>();
    private final SortedSet<String> counted = new TreeSet<>();
    private final SortedMap<String, Long> asideMillis = new TreeMap<>();
    /** The copy that a volume is being taken out of, until a host says that it was. */
    private final SortedMap<VolumeId, VolumeCopy> takenFrom = new TreeMap<>();

    private final SortedSet<String> seen = new TreeSet<>();

    SortedSet<String> seen() {
        return seen;
    }

    void trashed(HostId hostId, VolumeKey key) {
        Violation.unless(
                toTrash.contains(key + " " + hostId) || toPurge.contains(key + " " + hostId),
                () -> "INV-18: host " + hostId + " lays copy " + key + " aside, and no record says so");
    }

    void purged(HostId hostId, VolumeKey key) {
        Violation.unless(
                toPurge.contains(key + " " + hostId),
                () -> "INV-18: host " + hostId + " deletes copy " + key + ", and no record says so");
        seen.add("a copy purged");
    }

    @Override
    public void before(JournalRecord entry, ClusterView durable) {
        if (entry instanceof JournalRecord.CopyOrdered ordered && ordered.goal() == CopyGoal.PURGE) {
            String copy = ordered.key() + " " + ordered.hostId();
            Long since = asideMillis.get(copy);
            Violation.unless(
                    !counted.contains(copy) || (since != null && ordered.atMillis() - since >= TRASH_MILLIS),
                    () -> "INV-19: copy " + copy + " is to be deleted at " + ordered.atMillis()
                            + ", in the trash since " + since);
        } else if (entry instanceof JournalRecord.VolumeRestored restored) {
            Volume volume = durable.volume(restored.volumeId());
            VolumeCopy copy = volume == null ? null : durable.copy(volume.current());
            if (copy != null) {
                takenFrom.put(restored.volumeId(), copy);
            }
        }
    }

    @Override
    public void after(JournalRecord entry, ClusterView durable) {
        if (entry instanceof JournalRecord.CopyOrdered ordered) {
            follow(durable, ordered.key().volumeId(), ordered.atMillis());
        } else if (entry instanceof JournalRecord.VolumeTrashed trashed) {
            VolumeCopy copy = takenFrom.get(trashed.volumeId());
            if (copy != null && asideMillis.remove(named(copy)) != null) {
                seen.add("a restored volume ended before it was taken out");
            }
            follow(durable, trashed.volumeId(), trashed.atMillis());
        } else if (entry instanceof JournalRecord.VolumeProven proven) {
            takenFrom.remove(proven.key().volumeId());
            follow(durable, proven.key().volumeId(), proven.atMillis());
        } else if (entry instanceof JournalRecord.VolumeRestored restored) {
            layAsideAnew(durable, restored);
            follow(durable, restored.volumeId(), restored.atMillis());
        } else if (entry instanceof JournalRecord.CopyForgotten forgotten) {
            isStillThere(durable, forgotten);
        } else if (entry instanceof JournalRecord.PodPlaced placed) {
            durable.volumesOf(placed.podId()).forEach(volume -> follow(durable, volume.id(), placed.atMillis()));
        }
    }

    /** What a host never took out of its trash can be restored from there, as long as its time lasts (INV-18). */
    private void isStillThere(ClusterView durable, JournalRecord.CopyForgotten forgotten) {
        Volume volume = durable.volume(forgotten.key().volumeId());
        VolumeCopy source = takenFrom.get(forgotten.key().volumeId());
        VolumeCopy now = source == null ? null : durable.copy(source.key());
        if (volume != null && now != null && now.goal() == CopyGoal.TRASH) {
            if (volume.current().equals(now.key())) {
                seen.add("a restored volume never taken out");
            }
            Violation.unless(
                    durable.copy(volume.current()) != null,
                    () -> "INV-18: " + now + " can no longer be restored, after " + forgotten + " of " + volume);
        }
    }

    /** What a volume is being taken out of. */
    private void layAsideAnew(ClusterView durable, JournalRecord.VolumeRestored restored) {
        Volume volume = durable.volume(restored.volumeId());
        int from = volume == null ? 0 : volume.whereabouts().restoredFrom();
        durable.copiesOf(restored.volumeId()).stream()
                .filter(copy -> copy.key().generation() == from)
                .forEach(copy -> asideMillis.remove(named(copy)));
    }

    private void follow(ClusterView durable, VolumeId id, long atMillis) {
        for (VolumeCopy copy : durable.copiesOf(id)) {
            switch (copy.goal()) {
                case KEEP -> counted.add(named(copy));
                case FETCH -> {}
                case TRASH -> {
                    toTrash.add(named(copy));
                    asideMillis.putIfAbsent(named(copy), atMillis);
                }
                case PURGE -> toPurge.add(named(copy));
            }
        }
    }

    private static String named(VolumeCopy copy) {
        return copy.key() + " " + copy.hostId();
    }
}
