package dev.berth.controller.simulation;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.StorageNeeds;
import dev.berth.controller.simulation.Machine.Box;
import java.util.ArrayList;
import java.util.List;

/** What must be true when the faults have been over for long enough (INV-39, INV-48): wish and world agree. */
final class SettledCheck {
    private static final long CALM_MILLIS = 60_000;

    private final ClusterView cluster;
    private final List<Machine> machines;

    private final DeploymentOracle deployments;
    private final HostLiveness liveness;
    private final long nowMillis;

    SettledCheck(
            ClusterView cluster,
            List<Machine> machines,
            DeploymentOracle deployments,
            HostLiveness liveness,
            long nowMillis) {
        this.cluster = cluster;
        this.machines = machines;
        this.deployments = deployments;
        this.liveness = liveness;
        this.nowMillis = nowMillis;
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
        cluster.deployments().forEach(deployment -> settled(deployment, sinceStartMillis));
        for (Reservation reservation : cluster.reservations()) {
            Pod pod = cluster.pod(reservation.podId());
            Violation.unless(pod != null && pod.isQueued(), () -> "INV-48: " + reservation + " serves nobody: " + pod);
        }
        for (Host host : cluster.hosts()) {
            Violation.unless(
                    liveness.liveness(host.id(), nowMillis) == Liveness.READY,
                    () -> "INV-48: host " + host.id() + " is " + liveness.liveness(host.id(), nowMillis));
            boolean drained = host.standing().availability() == Availability.DRAINING;
            Violation.unless(
                    !drained || cluster.holders(host.id()).isEmpty(),
                    () -> "INV-48: " + host + " is not empty: " + cluster.holders(host.id()));
        }
        for (Machine machine : machines) {
            machine.boxes.values().forEach(box -> known(machine, box));
            Host host = cluster.host(machine.hostId);
            Violation.unless(
                    host != null && machine.inventory().equals(host.inventory()),
                    () -> "INV-48: host " + machine.hostId + " offers " + machine.inventory() + ", known is " + host);
            for (UnitFacts unit : machine.inventory().units()) {
                freeUnlessUsed(machine, unit.id());
            }
        }
    }

    /** Of a pod that begins and ends for ever the host may be about to tell. */
    private void freeUnlessUsed(Machine machine, String unitId) {
        PodId holder = cluster.holder(machine.hostId, unitId);
        Pod pod = holder == null ? null : cluster.pod(holder);
        boolean used = machine.running().stream().anyMatch(box -> box.units.contains(unitId));
        Violation.unless(
                (holder != null) == used || (pod != null && (isRestless(pod) || isFresh(pod))),
                () -> "INV-48: " + unitId + " of host " + machine.hostId + " is used: " + used + ", held by " + pod);
    }

    /** Pods that begin and end for ever make room now and then, and so some others are on their way just now. */
    private boolean isFresh(Pod pod) {
        return nowMillis - cluster.events(pod.id()).getLast().atMillis() < CALM_MILLIS;
    }

    /** One of those that begin and end for ever, or on its way to its own end. */
    private boolean isRestless(Pod pod) {
        return pod.membership() != null && !pod.spec().container().image().equals("debian");
    }

    private void settled(Pod pod) {
        if (isRestless(pod) || isFresh(pod)) {
            return;
        }
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
                                .map(id ->
                                        id + ": " + cluster.freeUnits(id) + " free, kept " + cluster.reservations(id))
                                .toList());
    }

    /** Whether no host could take the pod now; of a gang, no host all of it. */
    private boolean hasNoRoom(Pod pod) {
        int pods = 1;
        if (pod.membership() != null) {
            Deployment deployment = cluster.deployment(pod.membership().deploymentId());
            pods = deployment != null && deployment.spec().gang()
                    ? deployment.spec().count()
                    : 1;
        }
        int together = pods;
        return cluster.hosts().stream().noneMatch(host -> takes(host, pod, together));
    }

    private boolean takes(Host host, Pod pod, int pods) {
        ResourceRequest request = pod.spec().request();
        long free = host.inventory().units().stream()
                .filter(unit -> unit.gpuModel().equals(GpuCatalogue.CPU) == request.isCpuPod())
                .filter(unit -> cluster.holder(host.id(), unit.id()) == null)
                .count();
        long kept = cluster.reservations(host.id()).stream()
                .filter(other -> !other.podId().equals(pod.id()))
                .filter(other -> other.gpuModel().equals(GpuCatalogue.CPU) == request.isCpuPod())
                .mapToLong(Reservation::count)
                .sum();
        StorageNeeds needs = StorageNeeds.of(cluster, pod);
        long freeGb = host.inventory().allocatableDiskGb() - cluster.claimedDiskGb(host.id());
        return host.standing().isOpen()
                && needs.tied().stream().allMatch(host.id()::equals)
                && (long) pods * needs.moreGb(host.id()) <= freeGb
                && !request.avoidHosts().contains(host.id().value())
                && !cluster.avoidedHosts(pod.tenant(), nowMillis).contains(host.id())
                && free - kept >= (long) pods * request.gpuCount();
    }

    private void settled(Deployment deployment, long sinceStartMillis) {
        List<Pod> live = List.copyOf(cluster.livePods(deployment.id()));
        boolean rests = !DeploymentOracle.neverRests(deployment);
        boolean fine = switch (deployment.state()) {
            case STOPPING -> false;
            case STOPPED, COMPLETED, FAILED -> live.isEmpty() && !deployment.deleting();
            case ACTIVE -> {
                // For its back-off, or for room in the queue.
                boolean waits = cluster.progress(deployment.id()).heldCount() > 0
                        || cluster.queue().size() + deployment.spec().count() > ControllerProcess.MAX_QUEUED_PODS;
                boolean full = deployment.spec().isReplicaSet()
                        ? live.size() == deployment.spec().count()
                        : !live.isEmpty();
                yield !rests || waits || full;
            }
        };
        Violation.unless(fine, () -> "INV-31: has not settled: " + deployment + " with " + live);
        PodSpec template = deployment.spec().template();
        boolean patient = template.unplaced() == Unplaced.QUEUE
                && template.terms().timeoutMillis() == 0
                && !template.request().isSpot();
        boolean quiet = patient
                && deployment.spec().isReplicaSet()
                && rests
                && live.stream().allMatch(this::isRunning);
        Violation.unless(
                !quiet || deployments.lastCreatedMillis(deployment.id()) < sinceStartMillis - CALM_MILLIS,
                () -> "INV-31: still makes pods: " + deployment);
    }

    private boolean isRunning(Pod pod) {
        return pod.state() == PodState.RUNNING;
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
