package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.model.Whereabouts;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a pod needs of a host's disk and of its shares, and where its volumes are. Two pods with equal needs find the same
 * places. Immutable.
 *
 * @param diskGb container disk and own volumes together
 * @param thereGb how much of that hosts have given it already
 * @param homes hosts that have its volumes and must answer to give them to another one
 * @param tied hosts that take a volume of it out of their trash: each the only one that will do until it has, so that
 *     nothing will do while there are two
 * @param places of the network volumes
 */
public record StorageNeeds(
        int diskGb,
        NavigableMap<HostId, Integer> thereGb,
        NavigableSet<HostId> homes,
        NavigableSet<HostId> tied,
        Set<VolumePlace> places) {
    public static final StorageNeeds NONE = fresh(0, Set.of());

    private static StorageNeeds fresh(int diskGb, Set<VolumePlace> places) {
        return new StorageNeeds(
                diskGb,
                Collections.emptyNavigableMap(),
                Collections.emptyNavigableSet(),
                Collections.emptyNavigableSet(),
                places);
    }

    /** Of a pod that has never been placed. */
    public static StorageNeeds of(ClusterView cluster, PodSpec spec) {
        PodStorage storage = spec.storage();
        return fresh(storage.diskGb(), places(cluster, storage));
    }

    public static StorageNeeds of(ClusterView cluster, Pod pod) {
        HostId last = pod.placement().hostId();
        if (last == null && cluster.volumesOf(pod.id()).isEmpty()) {
            return of(cluster, pod.spec());
        }
        int diskGb = pod.spec().containerDiskGb();
        NavigableMap<HostId, Integer> thereGb = new TreeMap<>();
        if (last != null && cluster.assignment(last, pod.id()) != null) {
            thereGb.put(last, Math.min(diskGb, cluster.containerDiskGb(last, pod.id())));
        }
        NavigableSet<HostId> homes = new TreeSet<>();
        NavigableSet<HostId> tied = new TreeSet<>();
        for (Volume volume : cluster.volumesOf(pod.id())) {
            diskGb += volume.sizeGb();
            Whereabouts now = volume.whereabouts();
            if (now.hostId() != null && now.proven()) {
                homes.add(now.hostId());
            } else if (now.hostId() != null && now.restoredFrom() > 0) {
                tied.add(now.hostId());
            }
            for (VolumeCopy copy : cluster.copiesOf(volume.id())) {
                if (copy.goal() == CopyGoal.KEEP) {
                    thereGb.merge(copy.hostId(), copy.claimedGb(), Integer::sum);
                }
            }
        }
        return new StorageNeeds(
                diskGb, thereGb, homes, tied, places(cluster, pod.spec().storage()));
    }

    private static Set<VolumePlace> places(ClusterView cluster, PodStorage storage) {
        Set<VolumePlace> places = Set.of();
        for (VolumeId id : storage.networkVolumes().keySet()) {
            Volume volume = cluster.volume(id);
            if (volume != null) {
                places = places.isEmpty() ? new LinkedHashSet<>() : places;
                places.add(volume.place());
            }
        }
        return places;
    }

    /** What the host would have to give that it has not given yet. */
    public int moreGb(HostId hostId) {
        return thereGb.isEmpty() ? diskGb : diskGb - thereGb.getOrDefault(hostId, 0);
    }

    /** The same for so many pods that have never been placed, on one host. */
    StorageNeeds times(int pods) {
        return new StorageNeeds((int) Math.min(Integer.MAX_VALUE, (long) diskGb * pods), thereGb, homes, tied, places);
    }
}
