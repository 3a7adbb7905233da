package dev.berth.controller.cluster;

import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.VolumeMount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall be told to a host after the commit. */
public sealed interface Effect {
    HostId hostId();

    long sessionEpoch();

    /** The host's set of assignments: the whole of it, or what changed since {@code baseRevision}. */
    record SendDesired(
            HostId hostId,
            long sessionEpoch,
            long revision,
            boolean full,
            long baseRevision,
            List<Assigned> assignments,
            List<PodId> withdrawn,
            List<OrderedCopy> copies,
            List<VolumeKey> withdrawnCopies)
            implements Effect {}

    /** What a report said is committed. */
    record AcknowledgeReport(HostId hostId, long sessionEpoch, long sequence) implements Effect {}

    /** The session was superseded. */
    record EndSession(HostId hostId, long sessionEpoch, String why) implements Effect {}

    /**
     * One assignment with the pod it belongs to; {@code pod} is null when the pod was forgotten and only its
     * remains are to be removed. {@code mounts} are the volumes of a present incarnation, and {@code containerDiskGb} is
     * what it was given.
     */
    record Assigned(Assignment assignment, @Nullable Pod pod, List<VolumeMount> mounts, int containerDiskGb) {}

    /**
     * What the host shall do with a copy. {@code source} is where a FETCH comes from; {@code takers} are the copies that
     * other hosts may make of this one.
     */
    record OrderedCopy(
            VolumeCopy copy, Volume volume, @Nullable Peer source, List<Peer> takers) {
        /** What it is to grow to there: no more than the host has given it, which may be less than the volume's size. */
        public int sizeGb() {
            boolean isGiven = copy.goal() == CopyGoal.KEEP || copy.goal() == CopyGoal.FETCH;
            return isGiven && volume.kind() != VolumeKind.NETWORK ? copy.claimedGb() : volume.sizeGb();
        }
    }

    /** The copy at the other end of a move, and how its host is reached. */
    record Peer(VolumeKey key, HostReach reach) {}
}
