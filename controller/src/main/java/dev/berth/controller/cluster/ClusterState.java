package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
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
import dev.berth.controller.model.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the controller knows for certain. Changes only in {@link #apply}, live and on boot, by the same code; a record
 * that contradicts the state throws, and the controller stops rather than go on with it. Belongs to the loop's thread.
 */
public final class ClusterState extends ClusterTables {
    /** How long ended pods and answered requests stay. */
    private static final long RETENTION_MILLIS = 24L * 3_600_000;

    private static final long FORGET_EVERY_MILLIS = 60_000;

    private Changes changes = new Changes();

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
            case JournalRecord.HostJoined r -> joinHost(r);
            case JournalRecord.SessionOpened r ->
                hosts.put(hosts.require(r.hostId()).withSession(r.sessionEpoch(), r.bootId()));
            case JournalRecord.PodCreated r -> createPod(r);
            case JournalRecord.PodPlaced r -> placePod(r);
            case JournalRecord.PodMoved r -> movePod(r);
            case JournalRecord.UnitsReleased r -> releaseUnits(r);
            case JournalRecord.AssignmentWithdrawn r -> withdraw(r);
            case JournalRecord.RequestRemembered r -> requests.remember(r.request(), r.subjectId(), r.atMillis());
            case JournalRecord.HostStood r -> standHost(r.hostId(), r.standing(), r.message(), r.actor(), r.atMillis());
            case JournalRecord.HostAvoided r -> avoided.avoid(r.tenant(), r.hostId(), r.untilMillis());
            case JournalRecord.HostGivenUp r ->
                standHost(
                        r.hostId(),
                        new Standing(Availability.MAINTENANCE, 0),
                        "given up: the machine is off for good",
                        r.actor(),
                        r.atMillis());
            case JournalRecord.DeploymentCreated r -> createDeployment(r);
            case JournalRecord.DeploymentChanged r -> {
                putDeployment(deployments.require(r.deploymentId()).deployment.withSpec(r.spec(), version));
                addEvent(r.deploymentId(), r.message(), null, Reason.NONE, r.actor(), r.atMillis());
            }
            case JournalRecord.DeploymentMoved r -> moveDeployment(r);
            case JournalRecord.DeploymentDeleted r -> {
                deployments.remove(r.deploymentId());
                changes.deployments().add(r.deploymentId());
            }
            case JournalRecord.HostReserved r -> {
                dropReservation(r.reservation().podId());
                reservations.put(r.reservation());
                changes.capacity().add(r.reservation().hostId());
            }
            case JournalRecord.ReservationDropped r -> dropReservation(r.podId());
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

    private void joinHost(JournalRecord.HostJoined r) {
        Host before = hosts.get(r.hostId());
        putHost(
                before == null
                        ? Host.joined(r.hostId(), r.name(), r.place(), r.inventory(), r.atMillis())
                        : before.withInventory(r.name(), r.place(), r.inventory()));
    }

    void putHost(Host host) {
        reports.take(hosts.get(host.id()), host);
        hosts.put(host);
        claims.recount(host);
        changes.freed(host.id());
    }

    private void standHost(HostId id, Standing standing, String message, Actor actor, long atMillis) {
        putHost(hosts.require(id).withStanding(standing));
        hosts.addEvent(id, new HostEvent(version, atMillis, standing.availability(), message, actor));
        // Whether its pods shall move elsewhere follows from the standing of their host.
        for (PodId podId : claims.holders(id)) {
            Pod pod = pods.require(podId);
            if (pod.membership() != null) {
                changes.deployments().add(pod.membership().deploymentId());
            }
        }
    }

    private void createDeployment(JournalRecord.DeploymentCreated r) {
        putDeployment(new Deployment(
                r.deploymentId(),
                r.tenant(),
                r.spec(),
                DeploymentState.ACTIVE,
                "accepted",
                false,
                r.atMillis(),
                0,
                version));
        addEvent(r.deploymentId(), "created", null, Reason.NONE, r.actor(), r.atMillis());
        requests.remember(r.request(), r.deploymentId().value(), r.atMillis());
    }

    private void moveDeployment(JournalRecord.DeploymentMoved r) {
        Deployment moved = deployments.require(r.deploymentId()).deployment;
        if (moved.state() != r.state()) {
            moved = moved.withState(r.state(), r.message(), r.atMillis(), version);
        }
        putDeployment(r.deleting() ? moved.toBeDeleted(version) : moved);
        addEvent(r.deploymentId(), r.message(), null, Reason.NONE, r.actor(), r.atMillis());
    }

    private void putDeployment(Deployment deployment) {
        deployments.put(deployment);
        changes.deployments().add(deployment.id());
    }

    private void addEvent(
            DeploymentId id, String message, @Nullable PodId podId, Reason reason, Actor actor, long atMillis) {
        deployments.addEvent(id, new DeploymentEvent(version, atMillis, message, podId, reason, actor));
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
                        version),
                r.atMillis());
        addEvent(r.podId(), PodState.INITIALIZING, status, r.actor(), r.atMillis());
        if (r.request() != null) {
            requests.remember(r.request(), r.podId().value(), r.atMillis());
        }
    }

    private void placePod(JournalRecord.PodPlaced r) {
        Pod pod = pods.require(r.podId());
        Grant held = pod.placement().grant();
        if (held != null || r.incarnation() <= pod.placement().incarnation()) {
            throw new IllegalStateException("Pod " + r.podId() + " cannot be placed as incarnation " + r.incarnation()
                    + ": it is " + pod.placement());
        }
        claim(r.hostId(), r.podId(), r.grant().unitIds());
        changes.capacity().add(r.hostId());
        for (HostId elsewhere : List.copyOf(assignments.hostsOf(r.podId()))) {
            if (!elsewhere.equals(r.hostId())) {
                assign(elsewhere, assignments.goal(elsewhere, r.podId(), Goal.REMOVE));
            }
        }
        PodStatus status = new PodStatus(
                pod.status().desired(), PodState.INITIALIZING, PodDetail.STARTING, Reason.NONE, r.message(), null);
        putPod(
                pod.with(status, new Placement(r.hostId(), r.incarnation(), r.grant(), r.gpuHourMicros()), version),
                r.atMillis());
        dropReservation(r.podId());
        addEvent(r.podId(), pod.state(), status, Actor.SCHEDULER, r.atMillis());
        assign(r.hostId(), new Assignment(r.podId(), r.incarnation(), Goal.RUN));
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
        } else if (r.to().state().isFinal()) {
            times = times.ended(r.atMillis());
        }
        putPod(pod.with(r.to(), times, version), r.atMillis());
        addEvent(r.podId(), pod.state(), r.to(), r.actor(), r.atMillis());
        // Only how far a pod is: why it waits, and each step of its start, stand in its own history.
        if (pod.membership() != null && pod.state() != r.to().state()) {
            addEvent(
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

    /** Follows the records' own times and touches only what is final, assigned nowhere and older than a day. */
    private void forgetOld() {
        requests.forgetBefore(latestMillis - RETENTION_MILLIS);
        avoided.forgetBefore(latestMillis);
        for (Pod pod : List.copyOf(pods.endedBefore(latestMillis - RETENTION_MILLIS))) {
            if (assignments.hostsOf(pod.id()).isEmpty()) {
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
