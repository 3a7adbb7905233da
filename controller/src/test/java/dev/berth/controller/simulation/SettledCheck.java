package dev.berth.controller.simulation;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.simulation.Machine.Box;
import java.util.ArrayList;
import java.util.List;

/** What must be true when the faults have been over for long enough (INV-39, INV-48): wish and world agree. */
final class SettledCheck {
    private static final long CALM_MILLIS = 60_000;

    private final ClusterView cluster;
    private final List<Machine> machines;

    SettledCheck(ClusterView cluster, List<Machine> machines) {
        this.cluster = cluster;
        this.machines = machines;
    }

    void check(List<AgentProcess> agents, List<Caller> callers, long sinceStartMillis) {
        callers.forEach(
                caller -> Violation.unless(!caller.isWaiting(), () -> "INV-48: a caller still waits for its answer"));
        for (AgentProcess agent : agents) {
            Violation.unless(
                    agent.engine() != null && agent.engine().sessionEpoch() != 0,
                    () -> "INV-48: host " + agent.machine().hostId + " has no session");
            Violation.unless(
                    agent.link().lastDialMillis() < sinceStartMillis - CALM_MILLIS,
                    () -> "INV-48: host " + agent.machine().hostId + " still dials");
        }
        cluster.podsByAge().values().forEach(this::settled);
        for (Machine machine : machines) {
            machine.boxes.values().forEach(box -> known(machine, box));
            Host host = cluster.host(machine.hostId);
            Violation.unless(
                    host != null && machine.inventory().equals(host.inventory()),
                    () -> "INV-48: host " + machine.hostId + " offers " + machine.inventory() + ", known is " + host);
            List<String> free = new ArrayList<>(
                    machine.inventory().units().stream().map(UnitFacts::id).toList());
            machine.running().forEach(box -> free.removeAll(box.units));
            Violation.unless(
                    cluster.freeUnits(machine.hostId) == free.size(),
                    () -> "INV-48: host " + machine.hostId + " counts " + cluster.freeUnits(machine.hostId)
                            + " free units, free are " + free);
        }
    }

    private void settled(Pod pod) {
        List<Box> boxes = boxesOf(pod.id());
        List<Box> live = boxes.stream()
                .filter(box -> box.status == ContainerStatus.RUNNING)
                .toList();
        boolean fine = switch (pod.state()) {
            case RUNNING ->
                pod.status().desired() == DesiredState.RUNNING
                        && live.size() == 1
                        && boxes.size() == 1
                        && pod.placement().grant() != null
                        && live.getFirst().units.equals(pod.placement().grant().unitIds());
            case STOPPED -> live.isEmpty() && pod.placement().grant() == null;
            case TERMINATED, FAILED ->
                boxes.isEmpty()
                        && pod.placement().grant() == null
                        && cluster.assignedHosts(pod.id()).isEmpty();
            case INITIALIZING ->
                pod.isQueued() && live.isEmpty() && pod.placement().grant() == null && hasNoRoom(pod);
            case STOPPING, TERMINATING -> false;
        };
        Violation.unless(
                fine,
                () -> "INV-48: has not settled: " + pod + " with " + boxes + ", assigned to "
                        + cluster.assignedHosts(pod.id()) + "; hosts "
                        + cluster.hosts().stream()
                                .map(Host::id)
                                .map(id -> id + ": " + cluster.freeUnits(id) + " free")
                                .toList());
    }

    private boolean hasNoRoom(Pod pod) {
        return cluster.hosts().stream()
                .map(Host::id)
                .allMatch(id -> cluster.freeUnits(id) - keptForOthers(id, pod)
                        < pod.spec().request().gpuCount());
    }

    private int keptForOthers(HostId hostId, Pod pod) {
        return cluster.reservations(hostId).stream()
                .filter(reservation -> !reservation.podId().equals(pod.id()))
                .mapToInt(Reservation::count)
                .sum();
    }

    private List<Box> boxesOf(PodId podId) {
        List<Box> boxes = new ArrayList<>();
        for (Machine machine : machines) {
            machine.boxes.values().stream()
                    .filter(box -> box.key.podId().equals(podId.value()))
                    .forEach(boxes::add);
        }
        return boxes;
    }

    /** No container of nobody is left (INV-39). */
    private void known(Machine machine, Box box) {
        HostId hostId = machine.hostId;
        Assignment assignment = cluster.assignment(hostId, new PodId(box.key.podId()));
        Violation.unless(
                assignment != null && assignment.incarnation() == box.key.incarnation(),
                () -> "INV-39: on host " + hostId + " is left " + box + ", assigned is " + assignment);
    }
}
