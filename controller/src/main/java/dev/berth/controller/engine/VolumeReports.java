package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.ObservedCopy.Condition;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKind;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Takes in what a host sees of the copies on its disk, before what it says of pods. Only explicit words about exactly an
 * ordered copy make a record: of what a report does not name, nothing is ever concluded.
 */
final class VolumeReports {
    private static final double BYTES_PER_GB = 1L << 30;

    private final VolumeSightings sightings;

    VolumeReports(VolumeSightings sightings) {
        this.sightings = sightings;
    }

    void take(Turn turn, Event.HostReported report) {
        sightings.told(report.hostId(), report.full(), report.copies());
        for (ObservedCopy observed : report.copies()) {
            VolumeCopy copy = turn.cluster().copy(observed.key());
            if (copy != null && copy.hostId().equals(report.hostId())) {
                take(turn, copy, observed.condition(), report.appliedRevision());
            }
        }
    }

    private void take(Turn turn, VolumeCopy copy, Condition condition, long appliedRevision) {
        Volume volume = Objects.requireNonNull(turn.cluster().volume(copy.key().volumeId()), "volume");
        boolean isThere = condition == Condition.PRESENT || condition == Condition.FROZEN;
        switch (copy.goal()) {
            case KEEP -> {
                if (isThere && !volume.whereabouts().proven()) {
                    prove(turn, copy);
                }
            }
            case FETCH -> {
                if (condition == Condition.FETCHED) {
                    prove(turn, copy);
                    tellArrived(turn, volume, copy.hostId());
                }
            }
            case TRASH, PURGE -> {
                // An older word may be of a time at which the copy had not been made yet.
                if (condition == Condition.ABSENT && appliedRevision >= copy.sinceRevision()) {
                    forget(turn, volume, copy);
                }
            }
        }
    }

    /** What one host has seen gone from a share is gone for all that were told to delete it there. */
    private static void forget(Turn turn, Volume volume, VolumeCopy copy) {
        List<VolumeCopy> gone =
                volume.kind() == VolumeKind.NETWORK ? List.copyOf(turn.cluster().copiesOf(volume.id())) : List.of(copy);
        gone.forEach(one -> turn.record(new JournalRecord.CopyForgotten(one.key(), one.hostId(), turn.nowMillis())));
    }

    private static void prove(Turn turn, VolumeCopy copy) {
        turn.record(new JournalRecord.VolumeProven(copy.key(), copy.hostId(), turn.nowMillis()));
    }

    /** Once the last of the pod's volumes has followed it. */
    private void tellArrived(Turn turn, Volume arrived, HostId hostId) {
        Pod pod = arrived.podId() == null ? null : turn.cluster().pod(arrived.podId());
        if (pod == null || pod.state() != PodState.INITIALIZING) {
            return;
        }
        long bytes = 0;
        for (Volume volume : turn.cluster().volumesOf(pod.id())) {
            for (VolumeCopy copy : turn.cluster().copiesOf(volume.id())) {
                if (copy.goal() == CopyGoal.FETCH) {
                    return;
                }
            }
            ObservedCopy seen = sightings.of(hostId, volume.current());
            bytes += seen == null ? 0 : Math.max(0, seen.allocatedBytes());
        }
        Host host = Objects.requireNonNull(turn.cluster().host(hostId), "host");
        PodStatus now = pod.status();
        String sentence =
                String.format(Locale.ROOT, "volumes are on host %s: %.1f GB", host.name(), bytes / BYTES_PER_GB);
        turn.move(
                pod.id(),
                new PodStatus(now.desired(), now.state(), now.detail(), now.reason(), sentence, null),
                Actor.host(host.name()));
    }
}
