package dev.berth.controller.simulation;

import static dev.berth.controller.model.PodState.FAILED;
import static dev.berth.controller.model.PodState.INITIALIZING;
import static dev.berth.controller.model.PodState.RUNNING;
import static dev.berth.controller.model.PodState.STOPPED;
import static dev.berth.controller.model.PodState.STOPPING;
import static dev.berth.controller.model.PodState.TERMINATED;
import static dev.berth.controller.model.PodState.TERMINATING;

import dev.berth.agent.model.PodKey;
import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.Decision;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.UnitFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows what the controller committed, record by record, in a state of its own: what must be there after any crash.
 * The table of moves and the claims are worked out here a second time, in another way.
 */
final class JournalOracle {
    private static final Map<PodState, Set<PodState>> MOVES = Map.of(
            INITIALIZING, Set.of(INITIALIZING, RUNNING, STOPPING, STOPPED, TERMINATING, TERMINATED, FAILED),
            RUNNING, Set.of(INITIALIZING, STOPPING, STOPPED, TERMINATING, TERMINATED),
            STOPPING, Set.of(STOPPED, TERMINATING),
            STOPPED, Set.of(INITIALIZING, TERMINATING, TERMINATED),
            TERMINATING, Set.of(TERMINATED),
            TERMINATED, Set.of(),
            FAILED, Set.of());
    /** A little less than the day for which ended pods and answered requests stay. */
    private static final long REMEMBERED_MILLIS = 20L * 3_600_000;

    private static final int COMPARE_EVERY_COMMITS = 32;

    private final ClusterState durable = new ClusterState();
    private final SortedMap<PodKey, JournalRecord.PodPlaced> placements = new TreeMap<>();
    private final SortedMap<PodKey, Integer> restarts = new TreeMap<>();
    private final Set<PodKey> resets = new TreeSet<>();
    private final Set<RequestKey.Identity> effects = new HashSet<>();
    private final List<RecordObserver> observers = new ArrayList<>();
    private final Set<String> deleted = new HashSet<>();
    private final SortedMap<PodId, Pod> told = new TreeMap<>();
    private final List<Move> moves = new ArrayList<>();
    private final SortedSet<String> movesSeen = new TreeSet<>();
    private long latestMillis;
    private boolean forgetful;
    private long toldVersion;
    private long checkedVersion;
    private long commits;

    /** One version of a pod and the one before it; null for the first. */
    record Move(@Nullable Pod before, Pod after) {}

    ClusterView durable() {
        return durable;
    }

    void watch(RecordObserver observer) {
        observers.add(observer);
    }

    /** Whether the controller's clock was set forward so far that it forgets what it keeps for a day. */
    boolean isForgetful() {
        return forgetful;
    }

    boolean wasDeleted(String deploymentId) {
        return deleted.contains(deploymentId);
    }

    JournalRecord.@Nullable PodPlaced placed(PodKey key) {
        return placements.get(key);
    }

    /** Whether this very placement is to run there. */
    boolean wants(HostId hostId, PodKey key) {
        Assignment assignment = durable().assignment(hostId, new PodId(key.podId()));
        return assignment != null && assignment.incarnation() == key.incarnation() && assignment.goal() == Goal.RUN;
    }

    /** How often that placement was asked to start anew. */
    int restarts(PodKey key) {
        return restarts.getOrDefault(key, 0);
    }

    /** Whether the present placement came of that one by resets alone, with its units held throughout. */
    boolean wasResetFrom(PodKey key, int presentIncarnation) {
        for (int incarnation = key.incarnation() + 1; incarnation <= presentIncarnation; incarnation++) {
            if (!resets.contains(new PodKey(key.podId(), incarnation))) {
                return false;
            }
        }
        return key.incarnation() <= presentIncarnation;
    }

    private void restarted(PodId podId) {
        Pod pod = durable.pod(podId);
        if (pod != null) {
            restarts.merge(new PodKey(podId.value(), pod.placement().incarnation()), 1, Integer::sum);
        }
    }

    private void placing(JournalRecord.PodPlaced placed) {
        Pod pod = durable.pod(placed.podId());
        if (pod != null && pod.placement().grant() != null) {
            resets.add(new PodKey(placed.podId().value(), placed.incarnation()));
        }
    }

    void committed(ClusterState live, List<JournalRecord> records, List<Decision> decisions) {
        for (JournalRecord entry : records) {
            observers.forEach(observer -> observer.before(entry, durable));
            if (entry instanceof JournalRecord.PodPlaced placed) {
                placing(placed);
            }
            durable.apply(entry);
            forgetful |= latestMillis > 0 && entry.atMillis() - latestMillis > REMEMBERED_MILLIS;
            latestMillis = Math.max(latestMillis, entry.atMillis());
            observers.forEach(observer -> observer.after(entry, durable));
            switch (entry) {
                case JournalRecord.PodPlaced placed ->
                    placements.put(new PodKey(placed.podId().value(), placed.incarnation()), placed);
                case JournalRecord.PodCreated created -> {
                    if (created.request() != null) {
                        effect(created.request());
                    }
                }
                case JournalRecord.RequestRemembered remembered -> effect(remembered.request());
                case JournalRecord.TermBegan r -> {}
                case JournalRecord.HostJoined r -> {}
                case JournalRecord.SessionOpened r -> {}
                case JournalRecord.PodMoved r -> {}
                case JournalRecord.UnitsReleased r -> {}
                case JournalRecord.AssignmentWithdrawn r -> {}
                case JournalRecord.VolumeCreated created -> effect(created.request());
                case JournalRecord.OfVolume r -> {}
                case JournalRecord.PodEdited r -> {}
                case JournalRecord.PodLocked r -> {}
                case JournalRecord.PodRestarted r -> restarted(r.podId());
                case JournalRecord.HostStood r -> {}
                case JournalRecord.HostAvoided r -> {}
                case JournalRecord.HostGivenUp r -> {}
                case JournalRecord.HostReserved r -> {}
                case JournalRecord.ReservationDropped r -> {}
                case JournalRecord.DeploymentCreated created -> effect(created.request());
                case JournalRecord.DeploymentChanged r -> {}
                case JournalRecord.DeploymentMoved r -> {}
                case JournalRecord.DeploymentDeleted r ->
                    deleted.add(r.deploymentId().value());
            }
        }
        decisions.forEach(decision -> decision.changes().forEach(this::moved));
        Violation.unless(
                live.version() == durable.version(),
                () -> "the state is at version " + live.version() + ", the journal at " + durable.version());
        if (++commits % COMPARE_EVERY_COMMITS == 0) {
            same(live);
        }
    }

    private void effect(RequestKey request) {
        Violation.unless(
                effects.add(request.identity()) || forgetful,
                () -> "INV-12: a second effect of request " + request.identity());
    }

    private void moved(Pod pod) {
        Violation.unless(
                pod.version() > toldVersion, () -> "INV-14: version " + toldVersion + " was told, then comes " + pod);
        toldVersion = pod.version();
        Pod before = told.put(pod.id(), pod);
        Violation.unless(
                before == null
                        ? pod.state() == INITIALIZING
                        : before.state() == pod.state()
                                ? !pod.state().isFinal() || before.status().equals(pod.status())
                                : isLegal(before, pod),
                () -> "INV-15: no legal move: " + (before == null ? null : before.status()) + " -> " + pod.status());
        moves.add(new Move(before, pod));
        if (before != null
                && (before.state() != pod.state()
                        || before.status().detail() != pod.status().detail())) {
            movesSeen.add(before.state() + " -> " + pod.state());
        }
    }

    /** Elastic pods never rest: what would stop another pod ends one of them. */
    private static boolean isLegal(Pod before, Pod pod) {
        boolean elastic = pod.membership() != null;
        boolean resting = pod.state() == STOPPED || pod.state() == STOPPING;
        boolean ending = before.state() == RUNNING && pod.state() == TERMINATED;
        return MOVES.getOrDefault(before.state(), Set.of()).contains(pod.state())
                && (elastic ? !resting : !ending)
                && (before.state() == pod.state() || pod.state() != INITIALIZING || !elastic);
    }

    /** What moved since the last call. */
    List<Move> drainMoves() {
        List<Move> drained = List.copyOf(moves);
        moves.clear();
        return drained;
    }

    /** Moves from state to state that happened, as "FROM -> TO". */
    SortedSet<String> movesSeen() {
        return movesSeen;
    }

    static SortedSet<String> legalMoves() {
        SortedSet<String> legal = new TreeSet<>();
        MOVES.forEach((from, all) -> all.forEach(to -> legal.add(from + " -> " + to)));
        return legal;
    }

    /** After a restart exactly what was committed is there. */
    void recovered(ClusterState live) {
        same(live);
    }

    void same(ClusterState live) {
        Violation.unless(
                live.snapshot().equals(durable.snapshot()),
                () -> "INV-11: state and journal differ: at " + live.version() + " " + live.snapshot() + " and at "
                        + durable.version() + " " + durable.snapshot());
    }

    /** Claims are unique and equal to what the pods hold (INV-01). */
    void check() {
        if (durable.version() == checkedVersion) {
            return;
        }
        checkedVersion = durable.version();
        SortedMap<String, PodId> holders = new TreeMap<>();
        for (Pod pod : durable.podsByAge().values()) {
            Grant grant = pod.placement().grant();
            HostId hostId = pod.placement().hostId();
            if (grant == null || hostId == null) {
                continue;
            }
            for (String unit : grant.unitIds()) {
                PodId other = holders.put(unit, pod.id());
                Violation.unless(other == null, () -> "INV-01: " + other + " and " + pod.id() + " both hold " + unit);
            }
        }
        for (Host host : durable.hosts()) {
            for (UnitFacts unit : host.inventory().units()) {
                PodId holder = durable.holder(host.id(), unit.id());
                Violation.unless(
                        holder == null ? !holders.containsKey(unit.id()) : holder.equals(holders.get(unit.id())),
                        () -> "INV-01: " + unit.id() + " is claimed by " + holder + ", held by "
                                + holders.get(unit.id()));
            }
            long free = host.inventory().units().stream()
                    .filter(unit -> !holders.containsKey(unit.id()))
                    .count();
            Violation.unless(
                    durable.freeUnits(host.id()) == free,
                    () -> "INV-01: host " + host.id() + " counts " + durable.freeUnits(host.id()) + " free units of "
                            + free);
        }
    }
}
