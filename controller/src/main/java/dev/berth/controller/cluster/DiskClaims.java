package dev.berth.controller.cluster;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodStorage;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of each host's disk is given away, in GB: container disks of the pods assigned to it and every copy of a
 * volume that it has or shall have, also in its trash. Part of {@link ClusterState}, same thread.
 */
final class DiskClaims {
    private final Map<HostId, Map<Object, Integer>> claims = new HashMap<>();
    private final Map<HostId, Long> claimedGb = new HashMap<>();

    /** {@code claimant} is a pod's id or a copy's key; a new claim replaces its old one. */
    void put(HostId hostId, Object claimant, int gb) {
        Integer before = claims.computeIfAbsent(hostId, id -> new HashMap<>()).put(claimant, gb);
        add(hostId, (long) gb - (before == null ? 0 : before));
    }

    /**
     * The disk of a pod's container, given as it is placed there and at no other time. Only a rescue comes to a host that
     * may have less than it asks for, and has what it had. Returns whether that is less than before.
     */
    boolean give(HostId hostId, Pod pod) {
        int hadGb = claimedGb(hostId, pod.id());
        int wantedGb = pod.spec().containerDiskGb();
        int gb = pod.isRescue() ? Math.min(wantedGb, Math.max(hadGb, PodStorage.RESCUE_DISK_GB)) : wantedGb;
        put(hostId, pod.id(), gb);
        return gb < hadGb;
    }

    void drop(HostId hostId, Object claimant) {
        Map<Object, Integer> ofHost = claims.get(hostId);
        Integer before = ofHost == null ? null : ofHost.remove(claimant);
        if (before != null) {
            add(hostId, -(long) before);
        }
    }

    private void add(HostId hostId, long gb) {
        claimedGb.merge(hostId, gb, Long::sum);
    }

    /** 0 for none. */
    int claimedGb(HostId hostId, Object claimant) {
        Map<Object, Integer> ofHost = claims.get(hostId);
        return ofHost == null ? 0 : ofHost.getOrDefault(claimant, 0);
    }

    long claimedGb(HostId hostId) {
        return claimedGb.getOrDefault(hostId, 0L);
    }
}
