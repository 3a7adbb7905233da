package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Scheduler;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives pods their places: a new one at once, queued ones by priority and age whenever capacity comes free. */
final class Placing {
    private final Scheduler scheduler;

    Placing(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Creates and places a new pod if there is room that no one in the queue waits for; records nothing otherwise. */
    boolean place(Turn turn, Event.PodSubmitted event, PodSpec spec) {
        Optional<Place> place = scheduler.place(turn.cluster(), spec.request(), null);
        place.ifPresent(found -> {
            Admission.create(turn, event);
            assign(turn, turn.pod(event.podId()), found);
        });
        return place.isPresent();
    }

    /** Goes through the queue once. A request equal to one that just found no place is not asked for again. */
    void serveQueue(Turn turn) {
        Set<ResourceRequest> unplaceable = new HashSet<>();
        for (Pod pod : List.copyOf(turn.cluster().queue())) {
            // Units of an earlier incarnation must be proven free before the pod gets new ones.
            if (pod.placement().grant() != null
                    || unplaceable.contains(pod.spec().request())) {
                continue;
            }
            @Nullable HostId before = pod.placement().hostId();
            Optional<Place> place = scheduler.place(turn.cluster(), pod.spec().request(), before);
            if (place.isPresent()) {
                assign(turn, pod, place.get());
            } else {
                unplaceable.add(pod.spec().request());
            }
        }
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
        scheduler.update(turn.cluster(), host, true);
    }
}
