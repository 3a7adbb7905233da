package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.PodTimes;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeKey;
import java.util.List;

/**
 * What the controller knows for certain. Changes only in {@link #apply}, live and on boot, by the same code; a record
 * that contradicts the state throws, and the controller stops rather than go on with it. Belongs to the loop's thread.
 */
public final class ClusterState extends ClusterTables {
    /** How long ended pods and answered requests stay. */
    private static final long RETENTION_MILLIS = 24L * 3_600_000;

    private static final long FORGET_EVERY_MILLIS = 60_000;

    private Changes changes = new Changes();
    private final VolumeMoves moves = new VolumeMoves(this);
    private final HostMoves hostMoves = new HostMoves(this, moves);
    private final DeploymentMoves deploymentMoves = new DeploymentMoves(this);

    /** Applies the record as number {@code version() + 1}. */
    public void apply(JournalRecord entry) {
        version++;
        boolean newMinute = entry.atMillis() / FORGET_EVERY_MILLIS > latestMillis / FORGET_EVERY_MILLIS;
        latestMillis = Math.max(latestMillis, entry.atMillis());
        switch (entry) {
            case JournalRecord.TermBegan r -> {
                term = r.term();
                clusterId = r.clusterId().isEmpty() ? clusterId : r.clusterId();
            }
            case JournalRecord.HostJoined r -> hostMoves.join(r);
            case JournalRecord.SessionOpened r ->
                hosts.put(hosts.require(r.hostId()).withSession(r.sessionEpoch(), r.bootId()));
            case JournalRecord.PodCreated r -> createPod(r);
            case JournalRecord.PodPlaced r -> placePod(r);
            case JournalRecord.PodMoved r -> movePod(r);
            case JournalRecord.UnitsReleased r -> releaseUnits(r);
            case JournalRecord.AssignmentWithdrawn r -> withdraw(r);
            case JournalRecord.RequestRemembered r -> requests.remember(r.request(), r.subjectId(), r.atMillis());
            case JournalRecord.HostStood r -> hostMoves.stand(r);
            case JournalRecord.HostAvoided r -> avoided.avoid(r.tenant(), r.hostId(), r.untilMillis());
            case JournalRecord.HostGivenUp r -> hostMoves.giveUp(r);
            case JournalRecord.OfDeployment r -> deploymentMoves.apply(r);
            case JournalRecord.OfVolume r -> moves.apply(r);
            case JournalRecord.HostReserved r -> {
                dropReservation(r.reservation().podId());
                reservations.put(r.reservation());
                changes.capacity().add(r.reservation().hostId());
            }
            case JournalRecord.ReservationDropped r -> dropReservation(r.podId());
            case JournalRecord.PodEdited r -> editPod(r);
            case JournalRecord.PodLocked r -> {
                Pod pod = pods.require(r.podId());
                putPod(pod.withLock(r.locked(), version), r.atMillis());
                tell(pod, r.locked() ? "locked" : "unlocked", r.actor(), r.atMillis());
            }
            case JournalRecord.PodRestarted r -> restartPod(r);
        }
        if (newMinute) {
            forgetOld();
        }
    }

    /** Of all records so far; 0 before the first. */
    public long latestMillis() {
        return latestMillis;
    }

    /** What was touched since the last call. */
    public Changes drainChanges() {
        Changes drained = changes;
        changes = new Changes();
        return drained;
    }

    void putHost(Host host) {
        reports.take(hosts.get(host.id()), host);
        hosts.put(host);
        claims.recount(host);
        changes.freed(host.id());
    }

    private void dropReservation(PodId podId) {
        Reservation dropped = reservations.drop(podId);
        if (dropped != null) {
            changes.freed(dropped.hostId());
        }
    }

    private void createPod(JournalRecord.PodCreated r) {
        PodStatus status = new PodStatus(
                DesiredState.RUNNING, PodState.INITIALIZING, PodDetail.QUEUED, Reason.NONE, "accepted", null);
        putPod(
                new Pod(
                        r.podId(),
                        r.tenant(),
                        r.spec(),
                        r.membership(),
                        status,
                        Placement.NONE,
                        PodTimes.created(r.atMillis()),
                        false,
                        version),
                r.atMillis());
        moves.follow(pods.require(r.podId()), r.atMillis());
        addEvent(r.podId(), PodState.INITIALIZING, status, r.actor(), r.atMillis());
        if (r.request() != null) {
            requests.remember(r.request(), r.podId().value(), r.atMillis());
        }
    }

    private void placePod(JournalRecord.PodPlaced r) {
        Pod pod = pods.require(r.podId());
        Placement before = pod.placement();
        Grant held = before.grant();
        boolean reset = held != null && held.equals(r.grant()) && r.hostId().equals(before.hostId());
        if ((held != null && !reset) || r.incarnation() <= before.incarnation()) {
            throw new IllegalStateException(
                    "Pod " + r.podId() + " cannot be placed as incarnation " + r.incarnation() + ": it is " + before);
        }
        if (!reset) {
            claim(r.hostId(), r.podId(), r.grant().unitIds());
            changes.capacity().add(r.hostId());
        }
        releasePorts(pod);
        ports.claim(r.hostId(), r.podId(), r.ports());
        for (HostId elsewhere : List.copyOf(assignments.hostsOf(r.podId()))) {
            if (!elsewhere.equals(r.hostId())) {
                assign(elsewhere, assignments.goal(elsewhere, r.podId(), Goal.REMOVE));
            }
        }
        PodStatus status = new PodStatus(
                pod.status().desired(),
                PodState.INITIALIZING,
                PodDetail.STARTING,
                r.actor().reason(),
                r.message(),
                null);
        putPod(
                pod.with(
                        status,
                        new Placement(r.hostId(), r.incarnation(), r.grant(), r.gpuHourMicros(), r.ports(), 0),
                        version),
                r.atMillis());
        dropReservation(r.podId());
        addEvent(r.podId(), pod.state(), status, r.actor(), r.atMillis());
        moves.arrive(r.podId(), r.hostId(), r.atMillis());
        assign(r.hostId(), new Assignment(r.podId(), r.incarnation(), Goal.RUN));
        if (!reset && disks.give(r.hostId(), pods.require(r.podId()))) {
            changes.freed(r.hostId());
        }
    }

    private void editPod(JournalRecord.PodEdited r) {
        Pod edited = pods.require(r.podId()).with(r.spec(), version);
        putPod(edited, r.atMillis());
        moves.follow(edited, r.atMillis());
        tell(edited, r.message(), r.actor(), r.atMillis());
        HostId hostId = edited.placement().hostId();
        if (hostId != null && assignments.get(hostId, r.podId()) != null) {
            // Its disk stays as it was given: what it holds is there, and what is asked for more is the next host's to
            // say.
            touch(hostId, r.podId());
        }
    }

    private void restartPod(JournalRecord.PodRestarted r) {
        Pod pod = pods.require(r.podId());
        HostId hostId = pod.placement().hostId();
        if (hostId == null || pod.placement().grant() == null) {
            throw new IllegalStateException("Pod " + r.podId() + " cannot be started anew: it is " + pod.placement());
        }
        putPod(pod.with(pod.placement().restarted(), version), r.atMillis());
        touch(hostId, r.podId());
    }

    private void releasePorts(Pod pod) {
        HostId hostId = pod.placement().hostId();
        if (hostId != null) {
            ports.release(hostId, pod.id(), pod.placement().ports());
            if (!pod.placement().ports().isEmpty()) {
                changes.freed(hostId);
            }
        }
    }

    /** What happened to a pod that stays in its state. */
    private void tell(Pod pod, String message, Actor actor, long atMillis) {
        PodStatus now = pod.status();
        pods.addEvent(
                pod.id(),
                new PodEvent(
                        version, atMillis, now.state(), now.state(), now.detail(), actor.reason(), message, actor));
    }

    void claim(HostId hostId, PodId podId, List<String> unitIds) {
        claims.claim(hosts.require(hostId), podId, unitIds);
        for (String unitId : unitIds) {
            for (HostId other : reports.others(hostId, unitId)) {
                claims.recount(hosts.require(other));
                changes.capacity().add(other);
            }
        }
    }

    private void movePod(JournalRecord.PodMoved r) {
        Pod pod = pods.require(r.podId());
        PodTimes times = pod.times();
        if (r.to().state() == PodState.RUNNING && pod.state() != PodState.RUNNING) {
            times = times.running(r.atMillis());
        } else if (r.to().state() == PodState.STOPPED && pod.state() != PodState.STOPPED) {
            times = times.stopped(r.atMillis());
        } else if (r.to().state().isFinal()) {
            times = times.ended(r.atMillis());
        }
        putPod(pod.with(r.to(), times, version), r.atMillis());
        addEvent(r.podId(), pod.state(), r.to(), r.actor(), r.atMillis());
        // Only how far a pod is: why it waits, and each step of its start, stand in its own history.
        if (pod.membership() != null && pod.state() != r.to().state()) {
            deploymentMoves.addEvent(
                    pod.membership().deploymentId(),
                    "pod " + pod.membership().index() + " is " + r.to().state() + ": " + r.to().message(),
                    r.podId(),
                    r.to().reason(),
                    r.actor(),
                    r.atMillis());
        }
        Pod moved = pods.require(r.podId());
        if (!moved.isQueued()) {
            dropReservation(r.podId());
        }
        if (moved.state().isFinal()) {
            releasePorts(moved);
            moves.use(moved);
        }
        boolean waits = r.to().state() == PodState.INITIALIZING && r.to().detail() == PodDetail.QUEUED;
        for (HostId hostId : List.copyOf(assignments.hostsOf(r.podId()))) {
            boolean present = hostId.equals(pod.placement().hostId());
            // A queued run has no place yet: the remains of its last incarnation stay stopped until it has one.
            Goal goal =
                    !present ? Goal.REMOVE : waits ? Goal.STOP : r.to().state().goal();
            assign(hostId, assignments.goal(hostId, r.podId(), goal));
        }
    }

    private void releaseUnits(JournalRecord.UnitsReleased r) {
        Pod pod = pods.require(r.podId());
        Grant grant = pod.placement().grant();
        HostId hostId = pod.placement().hostId();
        if (grant == null || hostId == null || pod.placement().incarnation() != r.incarnation()) {
            throw new IllegalStateException(
                    "Pod " + r.podId() + " holds no units of incarnation " + r.incarnation() + ": " + pod.placement());
        }
        claims.release(hosts.require(hostId), r.podId(), grant.unitIds());
        changes.freed(hostId);
        for (String unitId : grant.unitIds()) {
            for (HostId other : reports.others(hostId, unitId)) {
                claims.recount(hosts.require(other));
                changes.freed(other);
            }
        }
        putPod(pod.with(pod.placement().withoutGrant(), version), r.atMillis());
    }

    private void withdraw(JournalRecord.AssignmentWithdrawn r) {
        if (assignments.withdraw(r.hostId(), r.podId())) {
            disks.drop(r.hostId(), r.podId());
            changes.freed(r.hostId());
            touch(r.hostId(), r.podId());
        }
    }

    private void assign(HostId hostId, Assignment assignment) {
        if (assignments.put(hostId, assignment)) {
            touch(hostId, assignment.podId());
        }
    }

    private void touch(HostId hostId, PodId podId) {
        Host host = hosts.require(hostId);
        hosts.put(host.withDesiredRevision(host.desiredRevision() + 1));
        changes.assignment(hostId, podId);
    }

    @Override
    void touchCopy(HostId hostId, VolumeKey key) {
        Host host = hosts.require(hostId);
        hosts.put(host.withDesiredRevision(host.desiredRevision() + 1));
        changes.copy(hostId, key);
        changes.freed(hostId);
    }

    @Override
    void touchDeployment(DeploymentId id) {
        changes.deployments().add(id);
    }

    @Override
    void touchVolume(Volume volume) {
        changes.volumes().add(volume.id());
    }

    private void putPod(Pod pod, long atMillis) {
        pods.put(pod);
        changes.pods().add(pod);
        if (pod.membership() != null) {
            deployments.member(pod, atMillis);
            changes.deployments().add(pod.membership().deploymentId());
        }
    }

    private void addEvent(PodId id, PodState from, PodStatus to, Actor actor, long atMillis) {
        pods.addEvent(
                id, new PodEvent(version, atMillis, from, to.state(), to.detail(), to.reason(), to.message(), actor));
    }

    /**
     * Follows the records' own times and touches only what is final and older than a day, and assigned nowhere but to
     * hosts that were given up: those keep the assignment, by which they remove what is left if they ever return.
     */
    private void forgetOld() {
        requests.forgetBefore(latestMillis - RETENTION_MILLIS);
        avoided.forgetBefore(latestMillis);
        for (Pod pod : List.copyOf(pods.endedBefore(latestMillis - RETENTION_MILLIS))) {
            if (assignments.hostsOf(pod.id()).stream()
                    .allMatch(id -> hosts.require(id).givenUp())) {
                pods.forget(pod);
                changes.forgotten().add(pod.id());
            }
        }
    }

    /** Immutable values of everything, for a snapshot. */
    public Snapshot snapshot() {
        return SnapshotCapture.of(this);
    }

    /** The state that a snapshot holds; every claim is made anew, so a contradiction in it is found. */
    public static ClusterState restore(Snapshot snapshot) {
        ClusterState state = new ClusterState();
        SnapshotCapture.into(state, snapshot);
        return state;
    }
}
