package dev.berth.controller.cluster;

import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What each host shall do with which pod, both ways round. A pod has one assignment on the host of its present
 * incarnation and may have others, with goal REMOVE, where its remains still lie. Part of {@link ClusterState}.
 */
final class AssignmentTable {
    private final Map<HostId, NavigableMap<PodId, Assignment>> byHost = new HashMap<>();
    private final Map<PodId, NavigableSet<HostId>> byPod = new HashMap<>();

    /** Assigns and says whether anything changed. */
    boolean put(HostId hostId, Assignment assignment) {
        Assignment before =
                byHost.computeIfAbsent(hostId, id -> new TreeMap<>()).put(assignment.podId(), assignment);
        byPod.computeIfAbsent(assignment.podId(), id -> new TreeSet<>()).add(hostId);
        return !assignment.equals(before);
    }

    boolean withdraw(HostId hostId, PodId podId) {
        NavigableSet<HostId> hosts = byPod.get(podId);
        if (hosts == null || !hosts.remove(hostId)) {
            return false;
        }
        if (hosts.isEmpty()) {
            byPod.remove(podId);
        }
        byHost.getOrDefault(hostId, new TreeMap<>()).remove(podId);
        return true;
    }

    @Nullable
    Assignment get(HostId hostId, PodId podId) {
        NavigableMap<PodId, Assignment> ofHost = byHost.get(hostId);
        return ofHost == null ? null : ofHost.get(podId);
    }

    Assignment goal(HostId hostId, PodId podId, Goal goal) {
        Assignment now = get(hostId, podId);
        if (now == null) {
            throw new IllegalStateException("Pod " + podId + " has no assignment on host " + hostId);
        }
        return new Assignment(podId, now.incarnation(), goal);
    }

    Collection<Assignment> ofHost(HostId hostId) {
        NavigableMap<PodId, Assignment> ofHost = byHost.get(hostId);
        return ofHost == null ? List.of() : ofHost.values();
    }

    Collection<HostId> hostsOf(PodId podId) {
        NavigableSet<HostId> hosts = byPod.get(podId);
        return hosts == null ? List.of() : hosts;
    }
}
