package dev.berth.controller.engine;

import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.StorageNeeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Serves the queue: those for whom units are kept first, then class by class in the order of the queue, and only those
 * who could use what came free. Part of {@link Placing}.
 */
final class QueueService {
    private final Placing placing;
    private final Scheduler scheduler;
    private final QueueLine line;
    private final Preempting preempting;
    private final QueueReserving reserving;
    private final GangPlacing gangs;
    private NavigableSet<HostId> freed = new TreeSet<>();

    QueueService(
            Placing placing,
            Scheduler scheduler,
            GangPlacing gangs,
            QueueLine line,
            Preempting preempting,
            QueueReserving reserving) {
        this.placing = placing;
        this.scheduler = scheduler;
        this.line = line;
        this.preempting = preempting;
        this.reserving = reserving;
        this.gangs = gangs;
    }

    void freed(HostId hostId) {
        freed.add(hostId);
    }

    /** Until nobody can be served any more. */
    void serve(Turn turn) {
        while (!freed.isEmpty() || line.hasUntried()) {
            NavigableSet<HostId> hosts = freed;
            freed = new TreeSet<>();
            hosts.forEach(hostId -> serveReserved(turn, hostId));
            serve(turn, new QueueOffer(scheduler, hosts), line.takeUntried());
        }
    }

    private void serveReserved(Turn turn, HostId hostId) {
        List<Reservation> inOrder = new ArrayList<>(turn.cluster().reservations(hostId));
        inOrder.sort(Comparator.comparing(reservation -> QueueOrder.of(turn.pod(reservation.podId()))));
        for (Reservation reservation : inOrder) {
            Pod pod = turn.pod(reservation.podId());
            Optional<Place> place = pod.placement().grant() != null
                    ? Optional.empty()
                    : scheduler.reserving().place(turn.cluster(), reservation, Placing.search(turn, pod));
            if (place.isPresent()) {
                placing.assign(turn, pod, place.get());
            } else if (reserving.cameToNothing(turn, reservation)) {
                reserving.drop(turn, reservation);
            }
        }
    }

    private void serve(Turn turn, QueueOffer offer, NavigableMap<QueueOrder, QueueClass> fresh) {
        Set<QueueClass> everywhere = new HashSet<>(fresh.values());
        Set<QueueClass> failed = new HashSet<>();
        QueueOrder at = null;
        QueueClass next;
        while ((next = next(at, offer, fresh, failed)) != null) {
            at = next.head();
            if (serve(turn, next, everywhere.contains(next) ? null : offer)) {
                offer.refresh();
                if (everywhere.contains(next) && !next.waiting().isEmpty()) {
                    fresh.put(next.head(), next);
                }
            } else {
                failed.add(next);
            }
        }
    }

    /** The next class in the order of the queue: of those who have not been tried, and of those who could use the offer. */
    private @Nullable QueueClass next(
            @Nullable QueueOrder after,
            QueueOffer offer,
            NavigableMap<QueueOrder, QueueClass> fresh,
            Set<QueueClass> failed) {
        QueueClass next = line.next(after, offer.units(), failed);
        while (!fresh.isEmpty()) {
            QueueClass first = fresh.firstEntry().getValue();
            boolean stale = first.waiting().isEmpty()
                    || !first.head().equals(fresh.firstKey())
                    || failed.contains(first)
                    || (after != null && first.head().compareTo(after) <= 0);
            if (!stale) {
                return next == null || first.head().compareTo(next.head()) <= 0 ? first : next;
            }
            fresh.pollFirstEntry();
        }
        return next;
    }

    /** Serves the head of the class; {@code offer} is null when it has not been tried on the whole fleet yet. */
    private boolean serve(Turn turn, QueueClass kind, @Nullable QueueOffer offer) {
        DeploymentId gang = kind.key().gang();
        if (gang != null) {
            return serveGang(turn, gang);
        }
        Pod pod = turn.pod(kind.head().podId());
        Search search = Placing.search(turn, pod);
        Optional<Place> place = scheduler.place(search);
        if (place.isEmpty()) {
            place = reserving.takeOver(turn, pod, search);
        }
        if (place.isPresent()) {
            placing.assign(turn, pod, place.get());
            return true;
        }
        if (preempting.preempt(turn, kind, pod, search, offer)) {
            return true;
        }
        return kind.key().failsFast()
                && fail(
                        turn,
                        pod,
                        "nothing is free: " + scheduler.explain(search).explain());
    }

    private boolean serveGang(Turn turn, DeploymentId gang) {
        List<GangPlacing.Seat> seats = gangs.seats(turn, gang);
        seats.forEach(seat -> placing.assign(turn, seat.pod(), seat.place()));
        return !seats.isEmpty();
    }

    /** Ends the wait of pods whose timeout has come. */
    void expire(Turn turn) {
        for (PodId podId : line.overdue(turn.nowMillis())) {
            Pod pod = turn.pod(podId);
            fail(
                    turn,
                    pod,
                    "found no place within its queue timeout of "
                            + pod.spec().terms().timeoutMillis() / 1000 + " s: "
                            + scheduler.explain(Placing.search(turn, pod)).explain());
        }
    }

    /** Whether it waits no longer. */
    private boolean fail(Turn turn, Pod pod, String message) {
        Pod failed = NoCapacity.fail(turn, pod, message);
        line.take(turn.cluster(), failed);
        return failed.state().isFinal();
    }

    /**
     * Those for whom somebody could give way now, as a protection has ended, and those for whom units are kept while the
     * host that has their volumes was away: it may answer again.
     */
    void retry(Turn turn) {
        for (Reservation reservation : List.copyOf(turn.cluster().reservations())) {
            Pod pod = turn.pod(reservation.podId());
            if (!StorageNeeds.of(turn.cluster(), pod).homes().isEmpty()) {
                serveReserved(turn, reservation.hostId());
            }
        }
        for (QueueClass kind : line.classes()) {
            if (kind.preemptMillis > 0 && kind.preemptMillis <= turn.nowMillis()) {
                line.tryAnew(kind);
            }
        }
    }
}
