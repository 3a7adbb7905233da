package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows hosts and places record by record: what is granted is what the units have (INV-07), pods of their own move by
 * request alone (INV-10), nobody is lost too soon or with too many others (INV-47), closed hosts get nothing new, and
 * nobody is preempted who is protected.
 */
final class FleetOracle implements RecordObserver {
    private static final Timings TIMINGS = Timings.DEFAULT;
    /** Of a clock that is half a percent wrong, and a tick. */
    private static final double WRONG = 0.99;

    private static final long TICK_MILLIS = 1_000;

    private final Timeline timeline;
    private final SortedMap<HostId, Long> heardMillis = new TreeMap<>();
    private final SortedMap<HostId, Long> lostMillis = new TreeMap<>();
    private final SortedMap<PodId, Actor> queuedBy = new TreeMap<>();
    private final SortedMap<PodId, Reason> queuedFor = new TreeMap<>();
    private final Set<HostId> givenUp = new HashSet<>();
    private final SortedSet<String> seen = new TreeSet<>();
    private long startedMillis;
    private long stalledMillis = Long.MIN_VALUE / 2;
    private long tickedMillis;

    FleetOracle(Timeline timeline) {
        this.timeline = timeline;
    }

    SortedSet<String> seen() {
        return seen;
    }

    void controllerStarted() {
        startedMillis = timeline.nowMillis();
        tickedMillis = startedMillis;
    }

    void ticked() {
        long now = timeline.nowMillis();
        // A tick that fell due just before the stop tells that time, so that a gap may look shorter by one tick.
        if (now - tickedMillis > (TIMINGS.stallMillis() + TICK_MILLIS) / WRONG) {
            stalledMillis = now;
        }
        tickedMillis = now;
    }

    /** A heartbeat or report of the current session was taken in. */
    void heard(HostId hostId) {
        heardMillis.put(hostId, timeline.nowMillis());
        lostMillis.remove(hostId);
    }

    @Override
    public void before(JournalRecord entry, ClusterView durable) {
        switch (entry) {
            case JournalRecord.PodPlaced placed -> placed(placed, durable);
            case JournalRecord.PodMoved moved -> moved(moved, durable);
            case JournalRecord.HostGivenUp gone -> {
                givenUp.add(gone.hostId());
                lostMillis.remove(gone.hostId());
                seen.add("host given up");
            }
            case JournalRecord.HostReserved kept ->
                seen.add(kept.reservation().preempted().isEmpty() ? "reservation by age" : "reservation by preemption");
            case JournalRecord.HostStood stood -> {
                seen.add("host " + stood.standing().availability());
                if (stood.standing().availability() == Availability.MAINTENANCE) {
                    lostMillis.remove(stood.hostId());
                }
            }
            case JournalRecord.TermBegan r -> {}
            case JournalRecord.HostJoined r -> {}
            case JournalRecord.SessionOpened r -> {
                givenUp.remove(r.hostId());
                heard(r.hostId());
            }
            case JournalRecord.PodCreated r -> {}
            case JournalRecord.UnitsReleased r -> {}
            case JournalRecord.AssignmentWithdrawn r -> {}
            case JournalRecord.RequestRemembered r -> {}
            case JournalRecord.HostAvoided r -> {}
            case JournalRecord.OfDeployment r -> {}
            case JournalRecord.ReservationDropped r -> {}
            case JournalRecord.PodEdited r -> {}
            case JournalRecord.PodLocked r -> {}
            case JournalRecord.PodRestarted r -> {}
            case JournalRecord.OfVolume r -> {}
        }
    }

    private void placed(JournalRecord.PodPlaced placed, ClusterView durable) {
        Pod pod = durable.pod(placed.podId());
        Host host = durable.host(placed.hostId());
        if (pod != null && pod.placement().grant() != null) {
            // It stays where it is, whatever the host is open for.
            Violation.unless(
                    placed.hostId().equals(pod.placement().hostId())
                            && placed.grant().equals(pod.placement().grant()),
                    () -> "a pod that holds units is placed anew with others: " + pod + ", " + placed);
            return;
        }
        Violation.unless(
                pod != null && host != null && host.standing().isOpen() && host.sessionEpoch() > 0,
                () -> "a pod is placed on a host that is closed: " + placed + " on " + host);
        if (pod == null || host == null) {
            return;
        }
        Violation.unless(
                !durable.avoidedHosts(pod.tenant(), placed.atMillis()).contains(host.id())
                        && !pod.spec().request().avoidHosts().contains(host.id().value()),
                () -> "a pod is placed on a host that it avoids: " + placed);
        granted(placed.grant(), host, pod);
        HostId before = pod.placement().hostId();
        if (pod.membership() == null && before != null && !before.equals(host.id())) {
            Actor actor = queuedBy.get(pod.id());
            seen.add("a pod moved to another host");
            Violation.unless(
                    actor != null
                            && (actor.kind() == Actor.Kind.USER
                                    || queuedFor.get(pod.id()) == Reason.HOST_LOST
                                    || (queuedFor.get(pod.id()) == Reason.PREEMPTED
                                            && pod.spec().terms().autoResume())),
                    () -> "INV-10: nobody asked for it, and " + pod + " moves to " + host.id() + ", queued by "
                            + actor);
        }
    }

    private static void granted(Grant grant, Host host, Pod pod) {
        Map<String, UnitFacts> units = new TreeMap<>();
        host.inventory().units().forEach(unit -> units.put(unit.id(), unit));
        long cpus = 0;
        long memory = 0;
        for (String id : grant.unitIds()) {
            UnitFacts unit = units.get(id);
            Violation.unless(
                    unit != null && unit.gpuModel().equals(grant.gpuModel()),
                    () -> "INV-07: " + grant + " names a unit that " + host + " has not");
            UnitShare share = unit == null ? new UnitShare(0, 0, 0, 0) : unit.share();
            cpus += share.cpuHundredths();
            memory += share.memoryMib();
        }
        long allCpus = cpus;
        long allMemory = memory;
        Violation.unless(
                grant.unitIds().size() == pod.spec().request().gpuCount()
                        && grant.cpuHundredths() == allCpus
                        && grant.memoryMib() == allMemory,
                () -> "INV-07: granted is " + grant + ", the units have " + allCpus + " and " + allMemory);
    }

    private void moved(JournalRecord.PodMoved moved, ClusterView durable) {
        Pod pod = durable.pod(moved.podId());
        if (pod == null) {
            return;
        }
        PodState to = moved.to().state();
        if (to == PodState.INITIALIZING && pod.state() != PodState.INITIALIZING) {
            queuedBy.put(pod.id(), moved.actor());
            queuedFor.put(pod.id(), moved.to().reason());
        }
        boolean preempted = moved.to().reason() == Reason.PREEMPTED
                && pod.status().reason() != Reason.PREEMPTED
                && (to == PodState.STOPPING || to == PodState.TERMINATING);
        if (preempted) {
            long ran = moved.atMillis() - pod.times().runningMillis();
            seen.add("a pod preempted");
            Violation.unless(
                    pod.spec().request().isSpot()
                            && (pod.state() != PodState.RUNNING
                                    || pod.spec().terms().minRuntimeMillis() == 0
                                    || ran >= pod.spec().terms().minRuntimeMillis()),
                    () -> "preempted though protected, after " + ran + " ms: " + pod);
        }
        HostId hostId = pod.placement().hostId();
        if (hostId != null && givenUp.contains(hostId)) {
            Violation.unless(
                    to != PodState.TERMINATING,
                    () -> "the end waits for host " + hostId + ", which was given up, of " + pod);
            if (to == PodState.TERMINATED && pod.membership() == null) {
                seen.add("a pod of a host given up ended");
            }
        }
        if (moved.to().reason() == Reason.HOST_LOST
                && hostId != null
                && moved.actor().name().equals("fleet")
                && !givenUp.contains(hostId)) {
            lost(hostId, pod, durable);
        }
    }

    private void lost(HostId hostId, Pod pod, ClusterView durable) {
        long now = timeline.nowMillis();
        long silent = now - Math.max(startedMillis, heardMillis.getOrDefault(hostId, 0L));
        Violation.unless(pod.isElastic(), () -> "INV-10: a lost host ends " + pod);
        Violation.unless(
                silent >= TIMINGS.lostMillis() * WRONG && now - startedMillis >= TIMINGS.failoverGraceMillis() * WRONG,
                () -> "INV-47: host " + hostId + " is lost after " + silent + " ms of silence, " + (now - startedMillis)
                        + " ms after the start");
        Violation.unless(
                now - stalledMillis >= TIMINGS.lostMillis() * WRONG,
                () -> "INV-47: host " + hostId + " is lost " + (now - stalledMillis)
                        + " ms after the controller itself was away");
        seen.add("host lost");
        if (isInService(durable, hostId)) {
            lostMillis.putIfAbsent(hostId, now);
        }
        long inService = durable.hosts().stream()
                .filter(host -> host.standing().availability() != Availability.MAINTENANCE)
                .count();
        long together = lostMillis.entrySet().stream()
                .filter(entry -> now - entry.getValue() < TIMINGS.brakeWindowMillis() * WRONG)
                .filter(entry -> isInService(durable, entry.getKey()))
                .count();
        Violation.unless(
                together <= Math.max(1, inService / 3),
                () -> "INV-47: " + together + " of " + inService + " hosts are lost within the window: " + lostMillis);
    }

    private static boolean isInService(ClusterView durable, HostId hostId) {
        Host host = durable.host(hostId);
        return host != null && host.standing().availability() != Availability.MAINTENANCE;
    }

    @Override
    public void after(JournalRecord entry, ClusterView durable) {}
}
