package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives pods their places: a new one at once, queued ones by priority and age whenever capacity comes free. */
final class Placing {
    private final Scheduler scheduler;
    private final GangPlacing gangs;

    Placing(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.gangs = new GangPlacing(scheduler);
    }

    /** Creates and places a new pod if there is room that no one in the queue waits for; records nothing otherwise. */
    boolean place(Turn turn, Event.PodSubmitted event, PodSpec spec) {
        Search search = search(turn, event.request().tenant(), spec);
        Optional<Place> place = scheduler.place(search);
        place.ifPresent(found -> {
            Admission.create(turn, event);
            assign(turn, turn.pod(event.podId()), found);
        });
        return place.isPresent();
    }

    /** Goes through the queue once. A request equal to one that just found no place is not asked for again. */
    void serveQueue(Turn turn) {
        Set<Search> unplaceable = new HashSet<>();
        Set<DeploymentId> tried = new HashSet<>();
        for (Pod pod : List.copyOf(turn.cluster().queue())) {
            DeploymentId gang = GangPlacing.gangOf(turn, pod);
            if (gang != null) {
                if (tried.add(gang)) {
                    gangs.seats(turn, gang).forEach(seat -> assign(turn, seat.pod(), seat.place()));
                }
                continue;
            }
            Search search = search(turn, pod.tenant(), pod.spec());
            // What decides among hosts does not decide whether there is one.
            Search possible = search.withImage("");
            // Units of an earlier incarnation must be proven free before the pod gets new ones.
            if (pod.placement().grant() != null || unplaceable.contains(possible)) {
                continue;
            }
            Optional<Place> place =
                    scheduler.place(search.preferring(pod.placement().hostId()));
            if (place.isPresent()) {
                assign(turn, pod, place.get());
            } else {
                unplaceable.add(possible);
            }
        }
    }

    static Search search(Turn turn, TenantId tenant, PodSpec spec) {
        return Search.of(spec.request())
                .withImage(spec.container().image())
                .without(turn.cluster().avoidedHosts(tenant, turn.nowMillis()));
    }

    private void assign(Turn turn, Pod pod, Place place) {
        Host host = place.host();
        turn.record(new JournalRecord.PodPlaced(
                pod.id(),
                host.id(),
                pod.placement().incarnation() + 1,
                place.grant(),
                place.gpuHourMicros(),
                "placed on host " + host.name() + ": " + place.grant().unitIds().size() + " x "
                        + place.grant().gpuModel() + (host.inventory().simulated() ? " (SIMULATED)" : ""),
                turn.nowMillis()));
        scheduler.claim(host.id(), place.grant().unitIds());
    }
}
