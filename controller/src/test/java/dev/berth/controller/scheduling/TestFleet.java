package dev.berth.controller.scheduling;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cluster's state and a scheduler that is told of every change, as the engine does it. */
final class TestFleet {
    private static final TenantId TENANT = new TenantId("t");

    final ClusterState cluster = new ClusterState();
    final Scheduler scheduler = new Scheduler();
    final Set<HostId> silent = new TreeSet<>();
    final Map<HostId, Set<String>> images = new TreeMap<>();
    private int pods;

    Host join(HostDraft draft) {
        HostId id = new HostId(draft.name);
        cluster.apply(new JournalRecord.HostJoined(id, draft.name, draft.place(), draft.inventory(), 1));
        return update(id);
    }

    Host update(HostId id) {
        Host host = host(id);
        scheduler.update(cluster, host, !silent.contains(id));
        return host;
    }

    Host host(HostId id) {
        Host host = cluster.host(id);
        if (host == null) {
            throw new AssertionError("host " + id + " never joined");
        }
        return host;
    }

    void stand(HostId id, Availability availability) {
        cluster.apply(new JournalRecord.HostStood(id, new Standing(availability, 0), "", Actor.SCHEDULER, 1));
        update(id);
    }

    void silence(HostId id, boolean isSilent) {
        if (isSilent) {
            silent.add(id);
        } else {
            silent.remove(id);
        }
        update(id);
    }

    void hasImages(HostId id, Set<String> references) {
        images.put(id, references);
        scheduler.imagesOf(id, references);
    }

    /** A pod that waits, with units of the host kept for it. */
    PodId reserve(HostId id, String model, int count) {
        PodId podId = create();
        cluster.apply(new JournalRecord.HostReserved(new Reservation(podId, id, model, count, List.of(), 0), 1));
        update(id);
        return podId;
    }

    void drop(PodId podId) {
        Reservation reservation = cluster.reservation(podId);
        if (reservation != null) {
            cluster.apply(new JournalRecord.ReservationDropped(podId, 1));
            update(reservation.hostId());
        }
    }

    /** A pod in this place, recorded and told to the index. */
    PodId occupy(Place place) {
        PodId podId = record(place);
        scheduler.claim(place.host().id(), place.grant().unitIds());
        return podId;
    }

    /** A pod in this place, of which the index is not told. */
    PodId record(Place place) {
        PodId podId = create();
        cluster.apply(
                new JournalRecord.PodPlaced(podId, place.host().id(), 1, place.grant(), place.gpuHourMicros(), "", 1));
        return podId;
    }

    void release(PodId podId, Place place) {
        cluster.apply(new JournalRecord.UnitsReleased(podId, 1, 1));
        update(place.host().id());
    }

    private PodId create() {
        PodId podId = new PodId("pod-" + pods++);
        PodSpec spec = new PodSpec(
                "p",
                new PodSpec.Container("i", List.of(), List.of(), "", Map.of(), false),
                ResourceRequest.gpus(1),
                20,
                0,
                Map.of(),
                QueueTerms.FAIL_FAST);
        RequestKey key = new RequestKey(TENANT, "m", podId.value(), "");
        cluster.apply(new JournalRecord.PodCreated(podId, TENANT, spec, null, Actor.SCHEDULER, key, 1));
        return podId;
    }
}
