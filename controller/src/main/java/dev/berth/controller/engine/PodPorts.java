package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which ports of its host a pod is published on: those that it had, where they are free, else others from a start that
 * its id gives. Remembers, softly, ports that something else on the host has, and places a pod anew that met one. Part of
 * the engine; the loop's thread alone.
 */
final class PodPorts {
    /** A pod is given other ports so many times in a row; then the conflict is why it does not start. */
    private static final int MOST_TRIES = 5;

    private static final long AVOIDED_MILLIS = 600_000;

    private final Map<HostId, NavigableMap<Integer, Long>> avoidedUntil = new HashMap<>();
    private final Map<PodId, Integer> tries = new HashMap<>();

    /** One for each port of the spec, in its order; fewer only where the host has not enough. */
    List<PortBinding> choose(ClusterView cluster, Host host, Pod pod, long nowMillis) {
        List<Integer> wanted = pod.spec().tcpPorts();
        HostReach reach = host.inventory().reach();
        if (wanted.isEmpty() || reach.firstPort() == 0) {
            return List.of();
        }
        NavigableSet<Integer> closed =
                new TreeSet<>(cluster.takenPorts(host.id()).subSet(reach.firstPort(), true, reach.lastPort(), true));
        Placement before = pod.placement();
        if (host.id().equals(before.hostId())) {
            before.ports().forEach(port -> closed.remove(port.hostPort()));
        }
        Map<Integer, Integer> chosen = kept(before, wanted, reach, closed, avoided(host.id(), nowMillis));
        NavigableSet<Integer> shunned = new TreeSet<>(avoided(host.id(), nowMillis));
        for (int port : wanted) {
            if (!chosen.containsKey(port)) {
                int free = lowest(reach, pod.id(), closed, shunned);
                // Rather one that was in use a while ago than none.
                free = free == 0 ? lowest(reach, pod.id(), closed, Collections.emptyNavigableSet()) : free;
                if (free > 0) {
                    chosen.put(port, free);
                    closed.add(free);
                }
            }
        }
        List<PortBinding> bindings = new ArrayList<>();
        for (int port : wanted) {
            Integer hostPort = chosen.get(port);
            if (hostPort != null) {
                bindings.add(new PortBinding(port, hostPort));
            }
        }
        return bindings;
    }

    /** The numbers that it had, where they are free. */
    private static Map<Integer, Integer> kept(
            Placement before,
            List<Integer> wanted,
            HostReach reach,
            NavigableSet<Integer> closed,
            NavigableSet<Integer> shunned) {
        Map<Integer, Integer> kept = new TreeMap<>();
        for (PortBinding port : before.ports()) {
            int number = port.hostPort();
            boolean published = number >= reach.firstPort() && number <= reach.lastPort();
            if (published && wanted.contains(port.containerPort()) && !closed.contains(number)) {
                if (!shunned.contains(number)) {
                    kept.put(port.containerPort(), number);
                    closed.add(number);
                }
            }
        }
        return kept;
    }

    /** The first free one from where the pod's id says, round the range; 0 for none. */
    private static int lowest(
            HostReach reach, PodId podId, NavigableSet<Integer> closed, NavigableSet<Integer> shunned) {
        int size = reach.lastPort() - reach.firstPort() + 1;
        int start = Math.floorMod(podId.value().hashCode(), size);
        for (int i = 0; i < size; i++) {
            int port = reach.firstPort() + (start + i) % size;
            if (!closed.contains(port) && !shunned.contains(port)) {
                return port;
            }
        }
        return 0;
    }

    private NavigableSet<Integer> avoided(HostId hostId, long nowMillis) {
        NavigableMap<Integer, Long> ofHost = avoidedUntil.get(hostId);
        if (ofHost == null) {
            return Collections.emptyNavigableSet();
        }
        ofHost.values().removeIf(untilMillis -> untilMillis <= nowMillis);
        return ofHost.navigableKeySet();
    }

    /** Whether the report is of ports that something else has, and the pod was placed anew with other ones for it. */
    boolean placeAnew(Turn turn, Host host, Pod pod, ObservedPod observed) {
        if (observed.phase() == ObservedPod.Phase.RUNNING) {
            tries.remove(pod.id());
        }
        boolean conflict = observed.phase() == ObservedPod.Phase.START_FAILED
                && observed.failure() == Reason.PORT_CONFLICT
                && pod.state() == PodState.INITIALIZING
                && pod.status().desired() == DesiredState.RUNNING
                && pod.placement().grant() != null
                && !pod.placement().ports().isEmpty();
        if (!conflict) {
            return false;
        }
        if (tries.merge(pod.id(), 1, Integer::sum) > MOST_TRIES) {
            tries.remove(pod.id());
            return false;
        }
        // Which one it was is not told: all are left alone for a while.
        NavigableMap<Integer, Long> ofHost = avoidedUntil.computeIfAbsent(host.id(), id -> new TreeMap<>());
        pod.placement().ports().forEach(port -> ofHost.put(port.hostPort(), turn.nowMillis() + AVOIDED_MILLIS));
        List<PortBinding> others = choose(turn.cluster(), host, pod, turn.nowMillis());
        PodResets.placeAnew(
                turn,
                pod,
                others,
                "placed anew with other ports: "
                        + (observed.message().isEmpty()
                                ? "a port of it is in use on host " + host.name()
                                : observed.message()),
                Actor.SCHEDULER);
        return true;
    }

    void forget(PodId podId) {
        tries.remove(podId);
    }
}
