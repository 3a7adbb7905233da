package dev.berth.controller.cluster;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
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
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the controller knows for certain. Changes only in {@link #apply}, live and on boot, by the same code; a record
 * that contradicts the state throws, and the controller stops rather than go on with it. Belongs to the loop's thread.
 */
public final class ClusterState implements ClusterView {
    /** How long ended pods and answered requests stay. */
    private static final long RETENTION_MILLIS = 24L * 3_600_000;

    private static final long FORGET_EVERY_MILLIS = 60_000;

    private String clusterId = "";
    private long term;
    private long version;
    private long latestMillis;
    private final NavigableMap<HostId, Host> hosts = new TreeMap<>();
    private final Map<String, HostId> hostsByName = new HashMap<>();
    private final PodTable pods = new PodTable();
    private final UnitClaims claims = new UnitClaims();
    private final AssignmentTable assignments = new AssignmentTable();
    private final RequestMemory requests = new RequestMemory();
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
                hosts.put(r.hostId(), requireHost(r.hostId()).withSession(r.sessionEpoch(), r.bootId()));
            case JournalRecord.PodCreated r -> createPod(r);
            case JournalRecord.PodPlaced r -> placePod(r);
            case JournalRecord.PodMoved r -> movePod(r);
            case JournalRecord.UnitsReleased r -> releaseUnits(r);
            case JournalRecord.AssignmentWithdrawn r -> withdraw(r);
            case JournalRecord.RequestRemembered r -> requests.remember(r.request(), r.podId(), r.atMillis());
        }
        if (newMinute) {
            forgetOld();
        }
    }

    /** What was touched since the last call. */
    public Changes drainChanges() {
        Changes drained = changes;
        changes = new Changes();
        return drained;
    }

    private void joinHost(JournalRecord.HostJoined r) {
        Host before = hosts.get(r.hostId());
        if (before != null) {
            hostsByName.remove(before.name());
        }
        Host host = before == null
                ? new Host(r.hostId(), r.name(), r.region(), r.inventory(), r.atMillis(), 0, "", 0)
                : before.withInventory(r.name(), r.region(), r.inventory());
        putHost(host);
    }

    private void putHost(Host host) {
        hosts.put(host.id(), host);
        hostsByName.put(host.name(), host.id());
        claims.recount(host);
        changes.capacity().add(host.id());
    }

    private void createPod(JournalRecord.PodCreated r) {
        PodStatus status = new PodStatus(
                DesiredState.RUNNING, PodState.INITIALIZING, PodDetail.QUEUED, Reason.NONE, "accepted", null);
        putPod(new Pod(
                r.podId(), r.tenant(), r.spec(), status, Placement.NONE, PodTimes.created(r.atMillis()), version));
        addEvent(r.podId(), PodState.INITIALIZING, status, r.actor(), r.atMillis());
        requests.remember(r.request(), r.podId(), r.atMillis());
    }

    private void placePod(JournalRecord.PodPlaced r) {
        Pod pod = pods.require(r.podId());
        Grant held = pod.placement().grant();
        if (held != null || r.incarnation() <= pod.placement().incarnation()) {
            throw new IllegalStateException("Pod " + r.podId() + " cannot be placed as incarnation " + r.incarnation()
                    + ": it is " + pod.placement());
        }
        claims.claim(requireHost(r.hostId()), r.podId(), r.grant().unitIds());
        changes.capacity().add(r.hostId());
        for (HostId elsewhere : List.copyOf(assignments.hostsOf(r.podId()))) {
            if (!elsewhere.equals(r.hostId())) {
                assign(elsewhere, assignments.goal(elsewhere, r.podId(), Goal.REMOVE));
            }
        }
        PodStatus status = new PodStatus(
                pod.status().desired(), PodState.INITIALIZING, PodDetail.STARTING, Reason.NONE, r.message(), null);
        putPod(pod.with(status, new Placement(r.hostId(), r.incarnation(), r.grant(), r.gpuHourMicros()), version));
        addEvent(r.podId(), pod.state(), status, Actor.SCHEDULER, r.atMillis());
        assign(r.hostId(), new Assignment(r.podId(), r.incarnation(), Goal.RUN));
    }

    private void movePod(JournalRecord.PodMoved r) {
        Pod pod = pods.require(r.podId());
        PodTimes times = pod.times();
        if (r.to().state() == PodState.RUNNING && pod.state() != PodState.RUNNING) {
            times = times.running(r.atMillis());
        } else if (r.to().state().isFinal()) {
            times = times.ended(r.atMillis());
        }
        putPod(pod.with(r.to(), times, version));
        addEvent(r.podId(), pod.state(), r.to(), r.actor(), r.atMillis());
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
        claims.release(requireHost(hostId), r.podId(), grant.unitIds());
        changes.capacity().add(hostId);
        putPod(pod.with(pod.placement().withoutGrant(), version));
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
        Host host = requireHost(hostId);
        hosts.put(hostId, host.withDesiredRevision(host.desiredRevision() + 1));
        changes.assignment(hostId, podId);
    }

    private void putPod(Pod pod) {
        pods.put(pod);
        changes.pods().add(pod);
    }

    private void addEvent(PodId id, PodState from, PodStatus to, Actor actor, long atMillis) {
        pods.addEvent(
                id, new PodEvent(version, atMillis, from, to.state(), to.detail(), to.reason(), to.message(), actor));
    }

    /** Follows the records' own times and touches only what is final, assigned nowhere and older than a day. */
    private void forgetOld() {
        requests.forgetBefore(latestMillis - RETENTION_MILLIS);
        for (Pod pod : List.copyOf(pods.endedBefore(latestMillis - RETENTION_MILLIS))) {
            if (assignments.hostsOf(pod.id()).isEmpty()) {
                pods.forget(pod);
            }
        }
    }

    private Host requireHost(HostId id) {
        Host host = hosts.get(id);
        if (host == null) {
            throw new IllegalStateException("A record speaks of host " + id + ", which never joined");
        }
        return host;
    }

    /** Immutable values of everything, for a snapshot. */
    public Snapshot snapshot() {
        List<Snapshot.PodWithEvents> podList = new ArrayList<>();
        pods.byAge().values().forEach(pod -> podList.add(new Snapshot.PodWithEvents(pod, pods.events(pod.id()))));
        List<Snapshot.HostAssignment> assigned = new ArrayList<>();
        for (HostId hostId : hosts.keySet()) {
            assignments.ofHost(hostId).forEach(a -> assigned.add(new Snapshot.HostAssignment(hostId, a)));
        }
        List<Snapshot.Remembered> remembered = new ArrayList<>();
        requests.forEach((request, answer) ->
                remembered.add(new Snapshot.Remembered(request, answer.podId(), answer.atMillis())));
        return new Snapshot(
                clusterId, term, version, latestMillis, List.copyOf(hosts.values()), podList, assigned, remembered);
    }

    /** The state that a snapshot holds; every claim is made anew, so a contradiction in it is found. */
    public static ClusterState restore(Snapshot snapshot) {
        ClusterState state = new ClusterState();
        state.clusterId = snapshot.clusterId();
        state.term = snapshot.term();
        state.version = snapshot.version();
        state.latestMillis = snapshot.latestMillis();
        snapshot.hosts().forEach(state::putHost);
        for (Snapshot.PodWithEvents entry : snapshot.pods()) {
            Pod pod = entry.pod();
            state.pods.put(pod);
            entry.events().forEach(event -> state.pods.addEvent(pod.id(), event));
            Grant grant = pod.placement().grant();
            HostId hostId = pod.placement().hostId();
            if (grant != null && hostId != null) {
                state.claims.claim(state.requireHost(hostId), pod.id(), grant.unitIds());
            }
        }
        snapshot.assignments().forEach(a -> state.assignments.put(a.hostId(), a.assignment()));
        snapshot.requests().forEach(r -> state.requests.remember(r.request(), r.podId(), r.atMillis()));
        return state;
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public @Nullable Pod pod(PodId id) {
        return pods.get(id);
    }

    @Override
    public Collection<Pod> livePodsNamed(TenantId tenant, String name) {
        return pods.liveNamed(tenant, name);
    }

    @Override
    public @Nullable Pod lastEndedPodNamed(TenantId tenant, String name) {
        return pods.lastEndedNamed(tenant, name);
    }

    @Override
    public NavigableMap<PodOrder, Pod> podsByAge() {
        return pods.byAge();
    }

    @Override
    public Collection<Pod> queue() {
        return pods.queue();
    }

    @Override
    public int queuePosition(Pod pod) {
        return pods.queuePosition(pod);
    }

    @Override
    public List<PodEvent> events(PodId id) {
        return pods.events(id);
    }

    @Override
    public Collection<Host> hosts() {
        return hosts.values();
    }

    @Override
    public @Nullable Host host(HostId id) {
        return hosts.get(id);
    }

    @Override
    public Optional<Host> hostNamed(String idOrName) {
        HostId id = hostsByName.getOrDefault(idOrName, new HostId(idOrName));
        return Optional.ofNullable(hosts.get(id));
    }

    @Override
    public @Nullable PodId holder(HostId hostId, String unitId) {
        return claims.holder(hostId, unitId);
    }

    @Override
    public int freeUnits(HostId hostId) {
        return claims.freeUnits(hostId);
    }

    @Override
    public Collection<Assignment> assignments(HostId hostId) {
        return assignments.ofHost(hostId);
    }

    @Override
    public @Nullable Assignment assignment(HostId hostId, PodId podId) {
        return assignments.get(hostId, podId);
    }

    @Override
    public Collection<HostId> assignedHosts(PodId podId) {
        return assignments.hostsOf(podId);
    }

    @Override
    public Optional<RememberedRequest> remembered(RequestKey.Identity identity) {
        return requests.find(identity);
    }
}
