package dev.berth.controller.simulation;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.PodKey;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord.PodPlaced;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.simulation.Machine.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sees every container of every machine at every instant, and compares with what is durable at the controller. */
final class ContainerOracle {
    private final JournalOracle journal;
    private final List<Machine> machines = new ArrayList<>();
    private final SortedMap<PodKey, Integer> starts = new TreeMap<>();
    private final SortedMap<PodKey, Box> ends = new TreeMap<>();
    private final LeaseOracle leases;

    ContainerOracle(JournalOracle journal, LeaseOracle leases) {
        this.journal = journal;
        this.leases = leases;
    }

    /** How a container of that placement ended, even if it is removed since; null when it has not. */
    @Nullable
    Box end(PodKey key) {
        return ends.get(key);
    }

    void ended(Box box) {
        ends.put(box.key, box);
        leases.ended(box);
    }

    void add(Machine machine) {
        machines.add(machine);
    }

    /** A placement is started once unless a restart was asked for, which an agent that dies amid it does again, and where it was placed, with exactly its units (INV-03, INV-36). */
    void started(Machine machine, Box box) {
        int times = starts.merge(box.key, 1, Integer::sum);
        Violation.unless(
                times == 1 || journal.restarts(box.key) > 0,
                () -> "INV-36: " + box.key + " is started for the " + times + ". time");
        PodPlaced placed = journal.placed(box.key);
        Violation.unless(
                placed != null && placed.hostId().equals(machine.hostId),
                () -> "INV-11: host " + machine.hostId + " starts " + box + ", durable is " + placed);
        Violation.unless(
                placed != null && placed.grant().unitIds().equals(box.units),
                () -> "INV-03: " + box + " was granted " + placed);
        leases.started(machine, box);
    }

    /** Only what the controller no longer wants to run, or may not without a lease, is stopped (INV-36, INV-41). */
    void stopped(Machine machine, Box box) {
        boolean lapsed = box.elastic
                && (box.lapsedForAgent || !machine.lease.holds(machine.bootId(), machine.clock.bootMillis()));
        boolean startsAnew = journal.restarts(box.key) > 0;
        Violation.unless(
                !journal.wants(machine.hostId, box.key) || lapsed || startsAnew,
                () -> "INV-36: host " + machine.hostId + " stops " + box + ", which is to run");
    }

    /** What the controller tells of a pod is so in the world, or was. */
    private void justified(JournalOracle.Move move) {
        Pod pod = move.after();
        PodState from = move.before() == null ? pod.state() : move.before().state();
        if (from == pod.state()) {
            return;
        }
        boolean started =
                starts.containsKey(new PodKey(pod.id().value(), pod.placement().incarnation()));
        Reason reason = pod.status().reason();
        boolean fine = switch (pod.state()) {
            case RUNNING -> started;
            case STOPPED -> started || (reason != Reason.CONTAINER_EXITED && reason != Reason.OOM_KILLED);
            case FAILED ->
                reason == Reason.INSUFFICIENT_RESOURCES
                        || reason == Reason.HOST_LOST
                        || !Specs.SOUND_IMAGES.contains(pod.spec().container().image());
            // Of its last host; what is left on an earlier one, which may be away for long, is dead and goes later.
            case TERMINATED ->
                machines.stream()
                        .filter(machine -> machine.hostId.equals(pod.placement().hostId()))
                        .flatMap(machine -> machine.boxes.values().stream())
                        .noneMatch(box -> box.key.podId().equals(pod.id().value()) && isLeft(pod, box));
            case INITIALIZING, STOPPING, TERMINATING -> true;
        };
        Violation.unless(fine, () -> "told, and not so: " + from + " -> " + pod);
    }

    /** Of an elastic pod, and of a host that was given up, a dead container may still have to be removed. */
    private static boolean isLeft(Pod pod, Box box) {
        boolean gone = pod.placement().grant() != null || pod.status().message().contains("was given up");
        return box.status == ContainerStatus.RUNNING
                ? box.lapsedMillis == 0 && !box.lapsedForAgent
                : !pod.isElastic() && !gone && box.status != ContainerStatus.CREATED;
    }

    void check() {
        journal.drainMoves().forEach(this::justified);
        SortedMap<String, PodKey> users = new TreeMap<>();
        SortedMap<String, PodKey> alive = new TreeMap<>();
        for (Machine machine : machines) {
            for (Box box : machine.boxes.values()) {
                if (box.status != ContainerStatus.RUNNING) {
                    continue;
                }
                PodKey other = alive.put(box.key.podId(), box.key);
                Violation.unless(other == null, () -> "a pod has two live containers: " + other + " and " + box.key);
                for (String unit : box.units) {
                    PodKey user = users.put(unit, box.key);
                    Violation.unless(
                            user == null, () -> "INV-02: " + user + " and " + box.key + " both live on " + unit);
                }
                claimed(machine, box);
            }
        }
    }

    /** What lives holds its units at the controller: they are released on proof only (INV-05). */
    private void claimed(Machine machine, Box box) {
        ClusterView cluster = journal.durable();
        Pod pod = cluster.pod(new PodId(box.key.podId()));
        Grant grant = pod == null ? null : pod.placement().grant();
        Violation.unless(
                pod != null
                        && journal.wasResetFrom(box.key, pod.placement().incarnation())
                        && machine.hostId.equals(pod.placement().hostId())
                        && grant != null
                        && grant.unitIds().equals(box.units),
                () -> "INV-05: " + box + " lives on host " + machine.hostId + " and does not hold its units: " + pod);
    }

    List<Machine> machines() {
        return machines;
    }
}
