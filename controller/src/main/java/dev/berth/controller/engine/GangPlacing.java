package dev.berth.controller.engine;

import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Pod;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Scheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Places for the pods of gangs, all together or none: half a gang would hold units and wait for ranks that never come. */
final class GangPlacing {
    private final Scheduler scheduler;

    GangPlacing(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The deployment whose gang the pod belongs to; null for a pod that is placed for itself. */
    static @Nullable DeploymentId gangOf(Turn turn, Pod pod) {
        Deployment deployment = pod.membership() == null
                ? null
                : turn.cluster().deployment(pod.membership().deploymentId());
        return deployment != null && deployment.spec().gang() ? deployment.id() : null;
    }

    /** A pod and where it goes. */
    record Seat(Pod pod, Place place) {}

    /** Empty unless all members wait and there is room for all. */
    List<Seat> seats(Turn turn, DeploymentId id) {
        Deployment deployment = turn.deployment(id);
        List<Pod> waiting = new ArrayList<>();
        for (Pod pod : turn.cluster().livePods(id)) {
            if (pod.isQueued() && pod.placement().grant() == null) {
                waiting.add(pod);
            }
        }
        if (waiting.isEmpty() || waiting.size() != deployment.spec().count()) {
            return List.of();
        }
        waiting.sort(Comparator.comparingInt(
                pod -> Objects.requireNonNull(pod.membership(), "membership").index()));
        // A volume of one of them may have grown while it waited: there is to be room for each as for that one.
        Pod largest = Collections.max(
                waiting, Comparator.comparingInt(pod -> pod.spec().storage().diskGb()));
        List<Place> places =
                scheduler.placeGang(Placing.search(turn, largest.tenant(), largest.spec()), waiting.size());
        List<Seat> seats = new ArrayList<>();
        Set<String> units = new HashSet<>();
        for (int i = 0; i < places.size(); i++) {
            seats.add(new Seat(waiting.get(i), places.get(i)));
            units.addAll(places.get(i).grant().unitIds());
        }
        int wanted = largest.spec().request().gpuCount() * seats.size();
        // Fewer where two hosts report the same card: it cannot serve two ranks.
        return units.size() == wanted && portsFit(turn, seats) ? seats : List.of();
    }

    /** Each host was found to have ports for one of them. */
    private static boolean portsFit(Turn turn, List<Seat> seats) {
        Map<HostId, Integer> wanted = new TreeMap<>();
        for (Seat seat : seats) {
            int ports = seat.pod().spec().tcpPorts().size();
            int ofHost = wanted.merge(seat.place().host().id(), ports, Integer::sum);
            HostReach reach = seat.place().host().inventory().reach();
            NavigableSet<Integer> taken = turn.cluster()
                    .takenPorts(seat.place().host().id())
                    .subSet(reach.firstPort(), true, reach.lastPort(), true);
            if (ports > 0 && ofHost > reach.lastPort() - reach.firstPort() + 1 - taken.size()) {
                return false;
            }
        }
        return true;
    }
}
