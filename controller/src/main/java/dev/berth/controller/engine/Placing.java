package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Preemption;
import dev.berth.controller.scheduling.PreemptionPlan;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.StorageNeeds;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * Gives pods their places: a new one at once, queued ones as units come free or time passes, in the order of the queue.
 * After each event no pod waits that could be placed, so that a new pod which fits overtakes nobody who could use its
 * units. Belongs to the engine; the loop's thread alone.
 */
final class Placing {
    private final Scheduler scheduler;
    private final PodPorts ports;
    private final QueueLine line = new QueueLine();
    private final Preempting preempting;
    private final QueueReserving reserving;
    private final QueueService service;
    private final QueueReasons reasons;

    Placing(Scheduler scheduler, HostLiveness liveness, Timings timings, PodPorts ports) {
        this.scheduler = scheduler;
        this.ports = ports;
        this.preempting = new Preempting(scheduler, line);
        this.reserving = new QueueReserving(scheduler, liveness, line, timings);
        this.service = new QueueService(this, scheduler, new GangPlacing(scheduler), line, preempting, reserving);
        this.reasons = new QueueReasons(scheduler, line, timings);
    }

    /** Takes in pods that were there before this engine. */
    void recover(ClusterState state) {
        for (Pod pod : state.podsByAge().values()) {
            take(state, pod);
        }
        // No host is open yet; each one that opens is offered to all.
        line.takeUntried();
    }

    /** What becomes of a new pod. */
    enum Outcome {
        PLACED,
        /** Others are being stopped for it. */
        PREEMPTS,
        NO_ROOM
    }

    /**
     * Creates a new pod and gives it its place, if there is room that no one in the queue waits for or that spot pods
     * give up; records nothing otherwise.
     */
    Outcome place(Turn turn, Event.PodSubmitted event) {
        PodSpec spec = event.spec();
        TenantId tenant = event.request().tenant();
        Search search = search(turn, tenant, spec);
        QueueClass.Key key = QueueClass.Key.of(tenant, search);
        if (line.find(key) != null) {
            // Whoever asks for the same waits already, and in front.
            return Outcome.NO_ROOM;
        }
        Optional<Place> place = scheduler.place(search);
        if (place.isPresent()) {
            Admission.create(turn, event);
            assign(turn, turn.pod(event.podId()), place.get());
            return Outcome.PLACED;
        }
        PreemptionPlan plan = preempting
                .find(turn, key, new Preemption.Asking(search, event.podId(), Set.of()))
                .plan();
        if (plan == null) {
            return Outcome.NO_ROOM;
        }
        Admission.create(turn, event);
        preempting.preempt(turn, turn.pod(event.podId()), plan);
        return Outcome.PREEMPTS;
    }

    /** Takes in what records made of pods, before the queue is served. */
    void take(Turn turn, Collection<Pod> pods) {
        for (Pod pod : pods) {
            Pod now = turn.cluster().pod(pod.id());
            if (now != null && now.version() == pod.version()) {
                take(turn.cluster(), preempting.resume(turn, now));
            }
        }
    }

    /** A host has changed: what is kept there may be of no use any more. */
    void check(Turn turn, HostId hostId) {
        preempting.changed();
        reserving.check(turn, hostId);
    }

    private void take(ClusterView cluster, Pod pod) {
        scheduler.preemption().take(pod);
        line.take(cluster, pod);
    }

    /** Volumes have changed: their pods may wait for other places now. */
    void take(Turn turn, NavigableSet<VolumeId> volumes) {
        for (VolumeId id : volumes) {
            Volume volume = turn.cluster().volume(id);
            Pod pod = volume == null || volume.podId() == null
                    ? null
                    : turn.cluster().pod(volume.podId());
            if (pod != null && pod.isQueued()) {
                line.take(turn.cluster(), pod);
            }
        }
    }

    /** A host may be able to give more than before. */
    void freed(HostId hostId) {
        preempting.changed();
        line.answers(hostId);
        service.freed(hostId);
    }

    /** Everybody may find a place now, for reasons that no host tells. */
    void tryAll() {
        preempting.changed();
        line.classes().forEach(line::tryAnew);
    }

    void serveQueue(Turn turn) {
        service.serve(turn);
    }

    /** What waits for time to pass. */
    void tick(Turn turn) {
        service.expire(turn);
        reserving.tick(turn);
        service.retry(turn);
        service.serve(turn);
        reasons.tick(turn);
    }

    static Search search(Turn turn, TenantId tenant, PodSpec spec) {
        return search(turn.cluster(), tenant, spec, turn.nowMillis());
    }

    static Search search(ClusterView cluster, TenantId tenant, PodSpec spec, long nowMillis) {
        return Search.of(spec.request())
                .withImage(spec.container().image())
                .needing(StorageNeeds.of(cluster, spec))
                .withPorts(spec.tcpPorts().size())
                .without(cluster.avoidedHosts(tenant, nowMillis));
    }

    /** What a queued pod is looked for: to its volumes, else back to where it was, where there is room. */
    static Search search(Turn turn, Pod pod) {
        StorageNeeds needs = StorageNeeds.of(turn.cluster(), pod);
        return search(turn, pod.tenant(), pod.spec())
                .needing(needs)
                .preferring(
                        needs.homes().isEmpty()
                                ? pod.placement().hostId()
                                : needs.homes().first());
    }

    private static String moving(ClusterView cluster, Pod pod, Host to) {
        StringBuilder words = new StringBuilder();
        for (HostId home : StorageNeeds.of(cluster, pod).homes()) {
            Host from = cluster.host(home);
            if (from != null && !home.equals(to.id())) {
                words.append("; moving volumes from host ").append(from.name()).append(" to host ");
                words.append(to.name());
            }
        }
        return words.toString();
    }

    void assign(Turn turn, Pod pod, Place place) {
        Host host = place.host();
        List<PortBinding> bindings = ports.choose(turn.cluster(), host, pod, turn.nowMillis());
        boolean kept = !turn.cluster().reservations(host.id()).isEmpty() || !bindings.isEmpty();
        turn.record(new JournalRecord.PodPlaced(
                pod.id(),
                host.id(),
                pod.placement().incarnation() + 1,
                place.grant(),
                place.gpuHourMicros(),
                bindings,
                "placed on host " + host.name() + ": " + place.grant().unitIds().size() + " x "
                        + place.grant().gpuModel() + (host.inventory().simulated() ? " (SIMULATED)" : "")
                        + moving(turn.cluster(), pod, host),
                turn.nowMillis()));
        if (kept) {
            // What was kept for this pod is kept no more, and fewer ports are free.
            scheduler.update(turn.cluster(), host, true);
        } else {
            scheduler.claim(host.id(), place.grant().unitIds());
            scheduler.disk(turn.cluster(), host.id());
        }
        for (String unitId : place.grant().unitIds()) {
            // Before anybody else is placed: the same card must not be given away on another host that reports it.
            turn.cluster().alsoReporting(host.id(), unitId).forEach(other -> reserving.update(turn, other));
        }
        take(turn.cluster(), turn.pod(pod.id()));
    }
}
