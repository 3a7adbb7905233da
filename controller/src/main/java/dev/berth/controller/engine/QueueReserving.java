package dev.berth.controller.engine;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Timings;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Reserving;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps units for large requests that have waited too long, so that small ones cannot slip past them for ever, and lets
 * go of what serves nobody any more. Part of {@link Placing}.
 */
final class QueueReserving {
    /** Units are kept on at most one host in so many: what lies idle for large requests stays a small part. */
    private static final int HOSTS_PER_RESERVATION = 16;

    /** Nothing came free for so many times as long as it took to keep units at all: another host is tried. */
    private static final int STANDSTILL = 10;

    private final Map<PodId, Still> stills = new HashMap<>();
    private final Scheduler scheduler;
    private final HostLiveness liveness;
    private final QueueLine line;
    private final Timings timings;

    /**
     * Soft: since when no more has come free where units are kept for a pod.
     *
     * @param left the host that it gave up for that; null for none
     */
    private record Still(
            HostId hostId,
            int missing,
            long sinceMillis,
            @Nullable HostId left) {}

    QueueReserving(Scheduler scheduler, HostLiveness liveness, QueueLine line, Timings timings) {
        this.scheduler = scheduler;
        this.liveness = liveness;
        this.line = line;
        this.timings = timings;
    }

    void tick(Turn turn) {
        for (Reservation reservation : List.copyOf(turn.cluster().reservations())) {
            if (!isValid(turn, reservation)) {
                drop(turn, reservation);
            }
        }
        stills.keySet().removeIf(podId -> turn.cluster().reservation(podId) == null);
        NavigableSet<HostId> taken = new TreeSet<>();
        int kept = 0;
        for (Reservation reservation : turn.cluster().reservations()) {
            taken.add(reservation.hostId());
            kept += QueueLine.isPreemptor(reservation) ? 0 : 1;
        }
        int most = Math.max(1, turn.cluster().hosts().size() / HOSTS_PER_RESERVATION);
        for (Pod pod : waitingLong(turn, most)) {
            Reservation own = turn.cluster().reservation(pod.id());
            if (own != null || kept < most) {
                kept += reserve(turn, pod, own, taken) && own == null ? 1 : 0;
            }
        }
    }

    /** Those who have waited too long for several units at once, in the order of the queue. */
    private List<Pod> waitingLong(Turn turn, int most) {
        NavigableSet<QueueOrder> waiting = new TreeSet<>();
        for (QueueClass kind : line.classes()) {
            // A single unit that comes free goes to the first who can use it: nobody slips past.
            if (kind.request().gpuCount() > 1 && !kind.isGang()) {
                kind.waiting().stream().limit(most).forEach(waiting::add);
            }
        }
        List<Pod> longest = new ArrayList<>();
        for (QueueOrder order : waiting) {
            Pod pod = turn.pod(order.podId());
            if (turn.nowMillis() - waitsSince(turn, pod) >= timings.reserveAfterMillis()) {
                longest.add(pod);
            }
        }
        return longest;
    }

    private static long waitsSince(Turn turn, Pod pod) {
        long since = pod.times().createdMillis();
        for (PodEvent event : turn.cluster().events(pod.id()).reversed()) {
            if (event.to() == PodState.INITIALIZING && event.from() != PodState.INITIALIZING) {
                return event.atMillis();
            }
        }
        return since;
    }

    /** Keeps units for the pod, or moves to a host that is closer to having room or gets on; whether it did. */
    private boolean reserve(Turn turn, Pod pod, @Nullable Reservation own, NavigableSet<HostId> taken) {
        int count = pod.spec().request().gpuCount();
        int missing = own == null ? count + 1 : scheduler.reserving().missing(own.hostId(), own.gpuModel(), count);
        Still still = own == null ? null : still(turn, pod, own, missing);
        boolean isStuck =
                still != null && turn.nowMillis() - still.sinceMillis >= STANDSTILL * timings.reserveAfterMillis();
        HostId left = still == null ? null : isStuck ? still.hostId : still.left;
        Reserving.Spot spot = nearest(turn, pod, taken, left);
        if (spot == null || (!isStuck && missing <= spot.missingUnits())) {
            return false;
        }
        stills.put(pod.id(), new Still(spot.hostId(), spot.missingUnits(), turn.nowMillis(), left));
        turn.record(new JournalRecord.HostReserved(
                new Reservation(pod.id(), spot.hostId(), spot.gpuModel(), count, List.of(), 0), turn.nowMillis()));
        taken.add(spot.hostId());
        update(turn, spot.hostId());
        if (own != null) {
            taken.remove(own.hostId());
            update(turn, own.hostId());
        }
        return true;
    }

    private Still still(Turn turn, Pod pod, Reservation own, int missing) {
        Still before = stills.get(pod.id());
        if (before != null && before.hostId.equals(own.hostId()) && before.missing <= missing) {
            return before;
        }
        Still now = new Still(own.hostId(), missing, turn.nowMillis(), before == null ? null : before.left);
        stills.put(pod.id(), now);
        return now;
    }

    private Reserving.@Nullable Spot nearest(Turn turn, Pod pod, NavigableSet<HostId> taken, @Nullable HostId left) {
        NavigableSet<HostId> without = taken;
        if (left != null && !taken.contains(left)) {
            without = new TreeSet<>(taken);
            without.add(left);
        }
        return scheduler.reserving().nearest(Placing.search(turn, pod), without).orElse(null);
    }

    void update(Turn turn, HostId hostId) {
        Host host = turn.cluster().host(hostId);
        if (host != null) {
            scheduler.update(turn.cluster(), host, liveness.isOpenForPods(hostId, turn.nowMillis()));
        }
    }

    /** Lets go of what is kept on a host that has changed so that it is of no use there. */
    void check(Turn turn, HostId hostId) {
        for (Reservation reservation : List.copyOf(turn.cluster().reservations(hostId))) {
            if (!isValid(turn, reservation)) {
                drop(turn, reservation);
            }
        }
    }

    private boolean isValid(Turn turn, Reservation reservation) {
        Liveness now = liveness.liveness(reservation.hostId(), turn.nowMillis());
        return (now == Liveness.READY || now == Liveness.SUSPECT)
                && scheduler
                        .reserving()
                        .couldTake(reservation.hostId(), Placing.search(turn, turn.pod(reservation.podId())));
    }

    /** Whether all who were stopped for it are gone from a host that answers, and still there is no room. */
    boolean cameToNothing(Turn turn, Reservation reservation) {
        if (!QueueLine.isPreemptor(reservation) || !liveness.isOpenForPods(reservation.hostId(), turn.nowMillis())) {
            return false;
        }
        for (Reservation any : turn.cluster().reservations(reservation.hostId())) {
            for (PodId victim : any.preempted()) {
                if (turn.cluster().holders(reservation.hostId()).contains(victim)) {
                    return false;
                }
            }
        }
        return true;
    }

    void drop(Turn turn, Reservation reservation) {
        turn.record(new JournalRecord.ReservationDropped(reservation.podId(), turn.nowMillis()));
        line.take(turn.cluster(), turn.pod(reservation.podId()));
        update(turn, reservation.hostId());
    }

    /** The place on a host that keeps units by age for a pod of lower priority, which loses them. */
    Optional<Place> takeOver(Turn turn, Pod pod, Search search) {
        List<Reservation> lower = new ArrayList<>();
        for (Reservation reservation : turn.cluster().reservations()) {
            if (!QueueLine.isPreemptor(reservation)
                    && turn.pod(reservation.podId()).spec().priority()
                            < pod.spec().priority()) {
                lower.add(reservation);
            }
        }
        lower.sort(Comparator.comparing(
                (Reservation reservation) -> QueueOrder.of(turn.pod(reservation.podId())), Comparator.reverseOrder()));
        for (Reservation reservation : lower) {
            Optional<Place> place = scheduler.placeOn(reservation.hostId(), search, reservation.count(), List.of());
            if (place.isPresent()) {
                drop(turn, reservation);
                return place;
            }
        }
        return Optional.empty();
    }
}
