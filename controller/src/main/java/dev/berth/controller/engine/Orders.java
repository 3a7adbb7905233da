package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a host is to be told of one pod and of one copy of a volume, with all that it must know of others for it. Pure. */
final class Orders {
    private Orders() {}

    static Effect.Assigned assigned(ClusterView cluster, HostId hostId, Assignment assignment) {
        Pod pod = cluster.pod(assignment.podId());
        boolean present = pod != null
                && hostId.equals(pod.placement().hostId())
                && pod.placement().incarnation() == assignment.incarnation();
        return new Effect.Assigned(
                assignment,
                pod,
                pod != null && present ? mounts(cluster, hostId, pod) : List.of(),
                cluster.containerDiskGb(hostId, assignment.podId()));
    }

    private static List<VolumeMount> mounts(ClusterView cluster, HostId hostId, Pod pod) {
        List<VolumeMount> mounts = new ArrayList<>();
        for (Volume volume : cluster.volumesOf(pod.id())) {
            VolumeKey key = there(cluster, hostId, volume.id());
            if (key != null) {
                String path =
                        volume.kind() == VolumeKind.POD ? pod.spec().storage().volumeMount() : "";
                mounts.add(new VolumeMount(key, volume.kind(), path, ""));
            }
        }
        pod.spec().storage().networkVolumes().forEach((id, path) -> {
            Volume volume = cluster.volume(id);
            String share = volume == null ? "" : volume.place().share();
            mounts.add(new VolumeMount(new VolumeKey(id, 0), VolumeKind.NETWORK, path, share));
        });
        return mounts;
    }

    /** The copy on the host that counts or will. */
    private static @Nullable VolumeKey there(ClusterView cluster, HostId hostId, VolumeId id) {
        VolumeKey found = null;
        for (VolumeCopy copy : cluster.copiesOf(id)) {
            boolean counts = copy.goal() == CopyGoal.KEEP || copy.goal() == CopyGoal.FETCH;
            if (counts && copy.hostId().equals(hostId)) {
                found = copy.key();
            }
        }
        return found;
    }

    static Effect.OrderedCopy of(ClusterView cluster, VolumeCopy copy) {
        Volume volume = Objects.requireNonNull(cluster.volume(copy.key().volumeId()), "volume");
        List<Effect.Peer> takers = new ArrayList<>();
        Effect.Peer source = null;
        for (VolumeCopy other : cluster.copiesOf(volume.id())) {
            if (copy.goal() == CopyGoal.KEEP && other.goal() == CopyGoal.FETCH) {
                takers.add(new Effect.Peer(other.key(), reach(cluster, other.hostId())));
            }
            if (copy.goal() == CopyGoal.FETCH && other.goal() == CopyGoal.KEEP) {
                source = new Effect.Peer(other.key(), reach(cluster, other.hostId()));
            }
        }
        return new Effect.OrderedCopy(copy, volume, source, takers);
    }

    private static HostReach reach(ClusterView cluster, HostId hostId) {
        Host host = cluster.host(hostId);
        return host == null ? HostReach.NONE : host.inventory().reach();
    }
}
