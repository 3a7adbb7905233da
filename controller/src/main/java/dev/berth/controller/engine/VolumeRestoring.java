package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.cluster.PodLookup;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKind;
import org.jspecify.annotations.Nullable;

/**
 * Out of the trash: a network volume as it was, the volume of a pod that has ended into another one. Only as long as
 * nothing of it was ordered to be deleted: from then on what is left of it is nobody's to promise. Stateless.
 */
final class VolumeRestoring {
    private VolumeRestoring() {}

    /** Null when it was done, or done before. */
    static Reply.@Nullable Refused restore(
            Turn turn, Event.VolumeActed event, Volume volume, String podIdOrName, VolumeSightings sightings) {
        return volume.kind() == VolumeKind.NETWORK
                ? restoreShared(turn, event, volume, podIdOrName)
                : restoreOwn(turn, event, volume, podIdOrName, sightings);
    }

    private static Reply.@Nullable Refused restoreShared(
            Turn turn, Event.VolumeActed event, Volume volume, String podIdOrName) {
        if (!podIdOrName.isEmpty()) {
            return new Reply.Refused(
                    Reply.Kind.INVALID_ARGUMENT, "pod", "must be empty: a network volume belongs to no pod");
        }
        if (!volume.isTrashed()) {
            return null;
        }
        if (!turn.cluster().copiesOf(volume.id()).isEmpty()) {
            return beingDeleted(volume);
        }
        Volume namesake = turn.cluster().networkVolumeNamed(volume.tenant(), volume.name());
        if (namesake != null) {
            return VolumeActions.precondition(
                    volume, "cannot come back: volume " + namesake.id() + " has its name by now");
        }
        turn.record(new JournalRecord.VolumeRestored(volume.id(), null, 0, event.actor(), turn.nowMillis()));
        return null;
    }

    private static Reply.@Nullable Refused restoreOwn(
            Turn turn, Event.VolumeActed event, Volume volume, String podIdOrName, VolumeSightings sightings) {
        if (podIdOrName.isEmpty()) {
            return new Reply.Refused(
                    Reply.Kind.INVALID_ARGUMENT, "pod", "must name the pod that shall have the volume");
        }
        return switch (PodLookup.find(turn.cluster(), event.request().tenant(), podIdOrName)) {
            case PodLookup.NotFound(Reply.Refused refusal) -> refusal;
            case PodLookup.Found(Pod pod) -> restoreInto(turn, event, volume, pod, sightings);
        };
    }

    private static Reply.@Nullable Refused restoreInto(
            Turn turn, Event.VolumeActed event, Volume volume, Pod pod, VolumeSightings sightings) {
        if (!volume.isTrashed()) {
            return pod.id().equals(volume.podId())
                    ? null
                    : VolumeActions.precondition(volume, "is not in the trash: it belongs to pod " + volume.podId());
        }
        if (pod.isElastic() || pod.state() != PodState.STOPPED) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "pod " + pod.id() + " (" + pod.name() + ") is " + pod.state()
                            + (pod.isElastic() ? " and belongs to a deployment" : "")
                            + "; only a pod that is STOPPED can be given a volume.");
        }
        VolumeCopy copy = turn.cluster().copy(volume.current());
        if (copy == null) {
            return VolumeActions.precondition(volume, "holds nothing that could be restored");
        }
        if (copy.goal() != CopyGoal.TRASH) {
            return beingDeleted(volume);
        }
        ObservedCopy seen = sightings.of(copy.hostId(), copy.key());
        if (!volume.whereabouts().proven() && (seen == null || seen.condition() != ObservedCopy.Condition.TRASHED)) {
            return VolumeActions.precondition(
                    volume, "was never seen on its host's disk; ask again once its copy is reported there");
        }
        if (seen == null) {
            return VolumeActions.precondition(
                    volume, "lies on a host that has not said yet what is on its disk; try again once it is connected");
        }
        PodStorage storage = storageWith(pod, volume);
        PodStorage.Overlap overlap = storage.overlap();
        if (overlap != null) {
            return VolumeActions.precondition(
                    volume,
                    "would be mounted at " + overlap.otherPath() + " of pod " + pod.id() + ", and network volume "
                            + overlap.networkVolume() + " is at " + overlap.path()
                            + ". Edit that one to another path first");
        }
        for (Volume own : turn.cluster().volumesOf(pod.id())) {
            if (own.kind() == volume.kind()) {
                turn.record(new JournalRecord.VolumeTrashed(own.id(), event.actor(), turn.nowMillis()));
            }
        }
        // Others may have been given what it does not take; when its pod is placed, its host is asked for the rest.
        turn.record(new JournalRecord.VolumeRestored(
                volume.id(), pod.id(), sightings.takenGb(copy), event.actor(), turn.nowMillis()));
        turn.record(new JournalRecord.PodEdited(
                pod.id(),
                pod.spec().withStorage(storage),
                "volume " + volume.id() + " restored from the trash by "
                        + event.actor().name(),
                event.actor(),
                turn.nowMillis()));
        return null;
    }

    private static PodStorage storageWith(Pod pod, Volume volume) {
        PodStorage had = pod.spec().storage();
        PodStorage storage = had.withSize(volume.kind(), Math.max(volume.sizeGb(), had.sizeGb(volume.kind())));
        return volume.kind() == VolumeKind.POD && had.volumeMount().isEmpty()
                ? storage.mountedAt(PodStorage.DEFAULT_VOLUME_MOUNT)
                : storage;
    }

    private static Reply.Refused beingDeleted(Volume volume) {
        return VolumeActions.precondition(volume, "is being deleted for good and cannot be restored");
    }
}
