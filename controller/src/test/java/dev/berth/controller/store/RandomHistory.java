package dev.berth.controller.store;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Membership;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A cluster that lives through random records, each one valid where it stands. Two histories of one seed are the same
 * record for record, in any JVM. It knows what {@link ClusterState} accepts, not what the engine would decide.
 */
public final class RandomHistory {
    private static final int HOSTS = 5;
    private static final int LIVE_PODS = 60;
    private static final int DEPLOYMENTS = 4;

    private final RandomGenerator random;
    private final RandomValues values;
    private final ClusterState state = new ClusterState();
    private final List<PodId> pods = new ArrayList<>();
    private final List<HostId> hosts = new ArrayList<>();
    private final List<DeploymentId> deployments = new ArrayList<>();
    private final List<VolumeId> networkVolumes = new ArrayList<>();
    private long now = 1_700_000_000_000L;

    public RandomHistory(long seed) {
        random = new SplittableRandom(seed);
        values = new RandomValues(random);
    }

    /** Makes the next record and applies it. */
    public JournalRecord next() {
        now += random.nextInt(2_000);
        JournalRecord entry = choose();
        state.apply(entry);
        return entry;
    }

    public List<JournalRecord> next(int count) {
        List<JournalRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(next());
        }
        return records;
    }

    public ClusterState state() {
        return state;
    }

    private JournalRecord choose() {
        if (state.version() == 0 || random.nextInt(500) == 0) {
            return new JournalRecord.TermBegan(state.version() + 1, state.version() == 0 ? values.id() : "", now);
        }
        if (hosts.size() < HOSTS || random.nextInt(60) == 0) {
            return hostRecord();
        }
        if (random.nextInt(12) == 0) {
            return deploymentRecord();
        }
        if (pods.size() < LIVE_PODS) {
            return podCreated();
        }
        if (random.nextInt(6) == 0) {
            return volumeRecord();
        }
        int index = random.nextInt(pods.size());
        Pod pod = state.pod(pods.get(index));
        if (pod == null) {
            throw new IllegalStateException("Pod " + pods.get(index) + " is gone");
        }
        JournalRecord entry = podRecord(pod);
        if (entry instanceof JournalRecord.PodMoved moved && moved.to().state().isFinal()) {
            pods.remove(index);
        }
        return entry;
    }

    private JournalRecord podCreated() {
        PodId id = values.podId();
        pods.add(id);
        boolean member = !deployments.isEmpty() && random.nextInt(3) == 0;
        Membership membership = member ? new Membership(deployments.getFirst(), random.nextInt(20)) : null;
        return new JournalRecord.PodCreated(
                id,
                new TenantId("tenant"),
                values.spec(),
                membership,
                values.actor(),
                member ? null : values.request(),
                now);
    }

    private JournalRecord deploymentRecord() {
        if (deployments.size() < DEPLOYMENTS) {
            deployments.add(values.deploymentId());
            return new JournalRecord.DeploymentCreated(
                    deployments.getLast(),
                    new TenantId("tenant"),
                    values.deployment(),
                    values.actor(),
                    values.request(),
                    now);
        }
        DeploymentId id = deployments.get(random.nextInt(deployments.size()));
        return switch (random.nextInt(5)) {
            case 0 -> {
                boolean empty = state.livePods(id).isEmpty();
                yield empty && deployments.remove(id) ? new JournalRecord.DeploymentDeleted(id, now) : changed(id);
            }
            case 1, 2 -> changed(id);
            default ->
                new JournalRecord.DeploymentMoved(
                        id, values.deploymentState(), random.nextBoolean(), values.text(), values.actor(), now);
        };
    }

    private JournalRecord changed(DeploymentId id) {
        return new JournalRecord.DeploymentChanged(id, values.deployment(), values.text(), values.actor(), now);
    }

    private JournalRecord fleetRecord(HostId id) {
        return switch (random.nextInt(3)) {
            case 0 -> new JournalRecord.HostStood(id, values.standing(), values.text(), values.actor(), now);
            case 1 ->
                new JournalRecord.HostAvoided(new TenantId("tenant"), id, now + random.nextInt(1, 1_000_000), now);
            default -> new JournalRecord.HostGivenUp(id, values.actor(), now);
        };
    }

    private JournalRecord hostRecord() {
        if (hosts.size() < HOSTS) {
            hosts.add(values.hostId());
        }
        HostId id = hosts.get(random.nextInt(hosts.size()));
        Host host = state.host(id);
        if (host != null && random.nextBoolean()) {
            return fleetRecord(id);
        }
        if (host == null || random.nextBoolean()) {
            return new JournalRecord.HostJoined(id, "host " + id, values.place(), values.inventory(id, 8), now);
        }
        return new JournalRecord.SessionOpened(id, host.sessionEpoch() + 1, values.id(), now);
    }

    private JournalRecord podRecord(Pod pod) {
        Placement placement = pod.placement();
        if (placement.grant() == null && random.nextBoolean()) {
            HostId hostId = hosts.get(random.nextInt(hosts.size()));
            List<String> free = freeUnits(hostId);
            if (!free.isEmpty()) {
                return new JournalRecord.PodPlaced(
                        pod.id(),
                        hostId,
                        placement.incarnation() + 1,
                        values.grant(free.subList(0, 1)),
                        random.nextInt(),
                        freePorts(hostId, pod),
                        values.text(),
                        random.nextBoolean() ? Actor.SCHEDULER : values.actor(),
                        now);
            }
        }
        if (placement.grant() != null && random.nextInt(4) == 0) {
            return new JournalRecord.UnitsReleased(pod.id(), placement.incarnation(), now);
        }
        if (placement.grant() != null && random.nextInt(8) == 0) {
            return new JournalRecord.PodRestarted(pod.id(), values.actor(), now);
        }
        if (random.nextInt(12) == 0) {
            return random.nextBoolean()
                    ? new JournalRecord.PodLocked(pod.id(), random.nextBoolean(), values.actor(), now)
                    : new JournalRecord.PodEdited(pod.id(), values.spec(), values.text(), values.actor(), now);
        }
        HostId left = assignedWithoutUnits(pod);
        if (left != null && random.nextBoolean()) {
            return withdrawn(pod, left);
        }
        if (pod.isQueued() && random.nextBoolean()) {
            HostId hostId = hosts.get(random.nextInt(hosts.size()));
            return random.nextInt(3) == 0
                    ? new JournalRecord.ReservationDropped(pod.id(), now)
                    : new JournalRecord.HostReserved(values.reservation(pod.id(), hostId), now);
        }
        if (random.nextInt(6) == 0) {
            return new JournalRecord.RequestRemembered(
                    values.request(), pod.id().value(), now);
        }
        boolean nothingLeft = placement.grant() == null && left == null;
        var to = values.state();
        while (to.isFinal() && !nothingLeft) {
            to = values.state();
        }
        return new JournalRecord.PodMoved(pod.id(), values.status(to), values.actor(), now);
    }

    private JournalRecord withdrawn(Pod pod, HostId hostId) {
        Assignment assignment = state.assignment(hostId, pod.id());
        int incarnation = assignment == null ? 0 : assignment.incarnation();
        return new JournalRecord.AssignmentWithdrawn(pod.id(), hostId, incarnation, now);
    }

    private @org.jspecify.annotations.Nullable HostId assignedWithoutUnits(Pod pod) {
        for (HostId hostId : state.assignedHosts(pod.id())) {
            if (pod.placement().grant() == null
                    || !hostId.equals(pod.placement().hostId())) {
                return hostId;
            }
        }
        return null;
    }

    private List<String> freeUnits(HostId hostId) {
        Host host = state.host(hostId);
        return host == null
                ? List.of()
                : host.inventory().units().stream()
                        .map(UnitFacts::id)
                        .filter(unit -> state.holder(hostId, unit) == null)
                        .toList();
    }

    private List<PortBinding> freePorts(HostId hostId, Pod pod) {
        List<PortBinding> ports = values.ports(hostId, pod.id());
        boolean taken = ports.stream().anyMatch(port -> state.takenPorts(hostId).contains(port.hostPort()));
        return taken ? List.of() : ports;
    }

    private JournalRecord volumeRecord() {
        List<Volume> volumes = List.copyOf(state.volumes());
        if (volumes.isEmpty() || networkVolumes.size() < 3 || random.nextInt(50) == 0) {
            networkVolumes.add(values.volumeId());
            return new JournalRecord.VolumeCreated(
                    networkVolumes.getLast(),
                    new TenantId("tenant"),
                    values.id(),
                    values.volumePlace(),
                    values.sizeGb(),
                    values.actor(),
                    values.request(),
                    now);
        }
        Volume volume = volumes.get(random.nextInt(volumes.size()));
        List<VolumeCopy> copies = List.copyOf(state.copiesOf(volume.id()));
        if (volume.isTrashed() && random.nextBoolean()) {
            PodId owner = volume.podId() == null ? null : pods.get(random.nextInt(pods.size()));
            boolean has = owner != null && state.volumesOf(owner).stream().anyMatch(own -> own.kind() == volume.kind());
            boolean lies = volume.whereabouts().hostId() == null || state.copy(volume.current()) != null;
            if (!has && lies) {
                return new JournalRecord.VolumeRestored(
                        volume.id(), owner, random.nextInt(3) * values.sizeGb(), values.actor(), now);
            }
        }
        if (copies.isEmpty() || random.nextInt(3) == 0) {
            // That of a pod goes with its pod.
            return volume.isTrashed() || pods.contains(volume.podId()) || random.nextInt(3) > 0
                    ? new JournalRecord.VolumeResized(volume.id(), values.sizeGb(), values.actor(), now)
                    : new JournalRecord.VolumeTrashed(volume.id(), values.actor(), now);
        }
        return copyRecord(copies.get(random.nextInt(copies.size())));
    }

    private JournalRecord copyRecord(VolumeCopy copy) {
        return switch (copy.goal()) {
            case KEEP, FETCH ->
                random.nextInt(4) > 0
                        ? new JournalRecord.VolumeProven(copy.key(), copy.hostId(), now)
                        : new JournalRecord.CopyOrdered(copy.key(), copy.hostId(), CopyGoal.PURGE, now);
            case TRASH -> new JournalRecord.CopyOrdered(copy.key(), copy.hostId(), values.copyGoal(), now);
            case PURGE -> new JournalRecord.CopyForgotten(copy.key(), copy.hostId(), now);
        };
    }
}
