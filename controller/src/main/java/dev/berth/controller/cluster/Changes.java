package dev.berth.controller.cluster;

import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What records touched since the last look: the work that an event causes is in proportion to this, not to the fleet.
 *
 * @param pods every version that any pod went through, in order
 * @param capacity hosts whose units or facts changed
 * @param freed those of them that may be able to give more than before
 * @param assignments hosts whose set changed, with the pods concerned
 * @param deployments those whose spec, state or pods changed
 * @param copies hosts of which orders of copies changed, with the copies concerned
 * @param volumes those that changed
 * @param forgotten pods that ended long ago and are known no more
 */
public record Changes(
        List<Pod> pods,
        NavigableSet<HostId> capacity,
        NavigableSet<HostId> freed,
        NavigableMap<HostId, NavigableSet<PodId>> assignments,
        NavigableSet<DeploymentId> deployments,
        NavigableMap<HostId, NavigableSet<VolumeKey>> copies,
        NavigableSet<VolumeId> volumes,
        List<PodId> forgotten) {
    Changes() {
        this(
                new ArrayList<>(4),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new ArrayList<>(0));
    }

    public boolean isEmpty() {
        return pods.isEmpty()
                && capacity.isEmpty()
                && assignments.isEmpty()
                && deployments.isEmpty()
                && copies.isEmpty()
                && volumes.isEmpty()
                && forgotten.isEmpty();
    }

    void freed(HostId hostId) {
        capacity.add(hostId);
        freed.add(hostId);
    }

    void assignment(HostId hostId, PodId podId) {
        assignments.computeIfAbsent(hostId, id -> new TreeSet<>()).add(podId);
    }

    void copy(HostId hostId, VolumeKey key) {
        copies.computeIfAbsent(hostId, id -> new TreeSet<>()).add(key);
    }
}
