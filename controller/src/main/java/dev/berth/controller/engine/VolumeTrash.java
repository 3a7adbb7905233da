package dev.berth.controller.engine;

import dev.berth.controller.cluster.Changes;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.Whereabouts;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Copies that count no more, by the time at which they may be deleted for good; then each gets an order of its own. The
 * times are those of the records, so a restart loses none. Belongs to the engine; the loop's thread alone.
 */
final class VolumeTrash {
    /** What cannot be ordered yet is tried again so many times within the time of the trash. */
    private static final long TRIES = 1_440;
    /** So many hosts in turn, within the time of the trash, are told to delete a network volume that will not go. */
    private static final long PATIENCE = 24;

    private final HostLiveness liveness;
    private final Timings timings;
    private final NavigableSet<Due> dues = new TreeSet<>();

    /** Generation 0: a network volume, which has no copies but the folder of its share. */
    private record Due(long atMillis, VolumeKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    VolumeTrash(HostLiveness liveness, Timings timings, ClusterView cluster) {
        this.liveness = liveness;
        this.timings = timings;
        for (Volume volume : cluster.volumes()) {
            keep(volume);
            cluster.copiesOf(volume.id()).forEach(this::keep);
        }
    }

    void take(ClusterView cluster, Changes changes) {
        for (NavigableSet<VolumeKey> keys : changes.copies().values()) {
            for (VolumeKey key : keys) {
                VolumeCopy copy = cluster.copy(key);
                if (copy != null) {
                    keep(copy);
                }
            }
        }
        changes.volumes().forEach(id -> {
            Volume volume = cluster.volume(id);
            if (volume != null) {
                keep(volume);
            }
        });
    }

    private void keep(VolumeCopy copy) {
        if (copy.goal() == CopyGoal.TRASH) {
            dues.add(new Due(copy.sinceMillis() + timings.trashMillis(), copy.key()));
        }
    }

    private void keep(Volume volume) {
        if (volume.kind() == VolumeKind.NETWORK && volume.isTrashed()) {
            dues.add(new Due(volume.trashedMillis() + timings.trashMillis(), new VolumeKey(volume.id(), 0)));
        }
    }

    void due(Turn turn) {
        while (!dues.isEmpty() && dues.first().atMillis <= turn.nowMillis()) {
            Due due = dues.removeFirst();
            Volume volume = turn.cluster().volume(due.key.volumeId());
            boolean later = volume != null
                    && (due.key.generation() == 0
                            ? !purgeShared(turn, volume)
                            : !purge(turn, volume, turn.cluster().copy(due.key)));
            if (later) {
                dues.add(new Due(turn.nowMillis() + Math.max(1, timings.trashMillis() / TRIES), due.key));
            }
        }
    }

    /** False when it is to be looked at again. */
    private boolean purge(Turn turn, Volume volume, @Nullable VolumeCopy copy) {
        if (copy == null || copy.goal() != CopyGoal.TRASH || isYoung(turn, copy.sinceMillis())) {
            return true;
        }
        Whereabouts now = volume.whereabouts();
        if (!volume.isTrashed()
                && !now.proven()
                && now.restoredFrom() == copy.key().generation()) {
            // The volume is being taken out of it.
            return false;
        }
        turn.record(new JournalRecord.CopyOrdered(copy.key(), copy.hostId(), CopyGoal.PURGE, turn.nowMillis()));
        return true;
    }

    /**
     * One host that has the share is told to delete what lies there. Where it is silent, has the share no more, or has
     * not done it for long, another one is told as well: the first that has seen it gone ends it for all.
     */
    private boolean purgeShared(Turn turn, Volume volume) {
        if (!volume.isTrashed() || isYoung(turn, volume.trashedMillis())) {
            return true;
        }
        int highest = volume.whereabouts().highestGeneration();
        SortedSet<HostId> asked = new TreeSet<>();
        for (VolumeCopy copy : turn.cluster().copiesOf(volume.id())) {
            Host host = turn.cluster().host(copy.hostId());
            boolean able = host != null && isCustodian(host, volume);
            if (able && turn.nowMillis() - copy.sinceMillis() < timings.trashMillis() / PATIENCE) {
                return false;
            }
            asked.add(copy.hostId());
            highest = Math.max(highest, copy.key().generation());
        }
        for (Host host : turn.cluster().hosts()) {
            if (!asked.contains(host.id()) && isCustodian(host, volume)) {
                VolumeKey key = new VolumeKey(volume.id(), highest + 1);
                turn.record(new JournalRecord.CopyOrdered(key, host.id(), CopyGoal.PURGE, turn.nowMillis()));
                break;
            }
        }
        return false;
    }

    private boolean isYoung(Turn turn, long sinceMillis) {
        return turn.nowMillis() - sinceMillis < timings.trashMillis();
    }

    private boolean isCustodian(Host host, Volume volume) {
        return liveness.session(host.id()) != null
                && host.place().region().equals(volume.place().region())
                && host.inventory().reach().shares().contains(volume.place().share());
    }
}
