package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.VolumeLookup;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKind;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The network volumes that a spec names, by id or name, as ids, and not in each other's way; a spec is recorded with ids
 * alone. Pure.
 */
final class NetworkVolumes {
    private NetworkVolumes() {}

    /** The spec with ids, or why it cannot be taken. */
    sealed interface Named {
        record As(PodSpec spec) implements Named {}

        record Refused(Reply.Refused refusal) implements Named {}
    }

    /** {@code path} is that of the spec within the request. */
    static Named resolve(ClusterView cluster, TenantId tenant, PodSpec spec, String path) {
        PodStorage storage = spec.storage();
        if (storage.networkVolumes().isEmpty()) {
            return new Named.As(spec);
        }
        PodStorage.Overlap overlap = storage.overlap();
        if (overlap != null) {
            return refused(
                    path + ".network_volumes",
                    "the path of \"" + overlap.networkVolume()
                            + "\" must not be above, at or below that of another volume: " + overlap.path() + " and "
                            + overlap.otherPath());
        }
        SortedMap<VolumeId, String> mounts = new TreeMap<>();
        for (Map.Entry<VolumeId, String> mount : storage.networkVolumes().entrySet()) {
            String key = mount.getKey().value();
            String field = path + ".network_volumes[\"" + key + "\"]";
            Volume volume = VolumeLookup.find(cluster, tenant, key);
            if (volume == null || volume.isTrashed()) {
                return refused(
                        field,
                        "names no network volume" + (volume == null ? "; see `volume ls`" : ": it is in the trash"));
            }
            if (volume.kind() != VolumeKind.NETWORK) {
                return refused(field, "is the volume of a pod; only network volumes can be named");
            }
            if (mounts.putIfAbsent(volume.id(), mount.getValue()) != null) {
                return refused(field, "is named twice, by id and by name");
            }
        }
        return new Named.As(spec.withStorage(new PodStorage(
                storage.containerDiskGb(),
                storage.systemVolumeGb(),
                storage.podVolumeGb(),
                storage.volumeMount(),
                Collections.unmodifiableSortedMap(mounts))));
    }

    private static Named refused(String field, String message) {
        return new Named.Refused(new Reply.Refused(Reply.Kind.INVALID_ARGUMENT, field, message));
    }
}
