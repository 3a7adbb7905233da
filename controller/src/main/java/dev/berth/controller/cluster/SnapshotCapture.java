package dev.berth.controller.cluster;

import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.VolumeCopy;
import java.util.ArrayList;
import java.util.List;

/** Takes {@link Snapshot}s of the state and makes the state of one. Same thread as the state. */
final class SnapshotCapture {
    private SnapshotCapture() {}

    static Snapshot of(ClusterTables state) {
        List<Snapshot.PodWithEvents> podList = new ArrayList<>();
        state.pods
                .byAge()
                .values()
                .forEach(pod -> podList.add(new Snapshot.PodWithEvents(pod, List.copyOf(state.pods.events(pod.id())))));
        List<Snapshot.HostAssignment> assigned = new ArrayList<>();
        List<Snapshot.HostEvents> hostEvents = new ArrayList<>();
        for (Host host : state.hosts.all()) {
            state.assignments
                    .ofHost(host.id())
                    .forEach(a -> assigned.add(
                            new Snapshot.HostAssignment(host.id(), a, state.disks.claimedGb(host.id(), a.podId()))));
            List<HostEvent> events = state.hosts.events(host.id());
            if (!events.isEmpty()) {
                hostEvents.add(new Snapshot.HostEvents(host.id(), events));
            }
        }
        List<Snapshot.Remembered> remembered = new ArrayList<>();
        state.requests.forEach((request, answer) ->
                remembered.add(new Snapshot.Remembered(request, answer.subjectId(), answer.atMillis())));
        List<Snapshot.DeploymentWithProgress> deployments = new ArrayList<>();
        for (Deployment deployment : state.deployments.all()) {
            deployments.add(new Snapshot.DeploymentWithProgress(
                    deployment,
                    state.deployments.progress(deployment.id()).numbers(),
                    state.deployments.events(deployment.id())));
        }
        return new Snapshot(
                state.clusterId,
                state.term,
                state.version,
                state.latestMillis,
                List.copyOf(state.hosts.all()),
                podList,
                assigned,
                remembered,
                deployments,
                hostEvents,
                state.avoided.all(),
                List.copyOf(state.reservations.all()),
                List.copyOf(state.volumes.all()),
                state.hosts.all().stream()
                        .flatMap(host -> state.volumes.copiesOn(host.id()).stream())
                        .toList());
    }

    static void into(ClusterState state, Snapshot snapshot) {
        state.clusterId = snapshot.clusterId();
        state.term = snapshot.term();
        state.version = snapshot.version();
        state.latestMillis = snapshot.latestMillis();
        snapshot.hosts().forEach(state::putHost);
        for (Snapshot.HostEvents entry : snapshot.hostEvents()) {
            entry.events().forEach(event -> state.hosts.addEvent(entry.hostId(), event));
        }
        for (Snapshot.DeploymentWithProgress entry : snapshot.deployments()) {
            state.deployments.restore(entry.deployment(), new DeploymentProgress(entry.progress()), entry.events());
        }
        for (Snapshot.PodWithEvents entry : snapshot.pods()) {
            restorePod(state, entry);
        }
        for (Snapshot.HostAssignment a : snapshot.assignments()) {
            PodId podId = a.assignment().podId();
            state.assignments.put(a.hostId(), a.assignment());
            // A pod that was forgotten may still have remains on a host that was given up.
            Pod pod = state.pods.get(podId);
            int diskGb = pod == null ? 0 : pod.spec().containerDiskGb();
            state.disks.put(a.hostId(), podId, a.diskGb() > 0 ? a.diskGb() : diskGb);
        }
        snapshot.volumes().forEach(state.volumes::put);
        for (VolumeCopy copy : snapshot.copies()) {
            new VolumeMoves(state).take(copy);
        }
        snapshot.requests().forEach(r -> state.requests.remember(r.request(), r.subjectId(), r.atMillis()));
        snapshot.avoided().forEach(a -> state.avoided.avoid(a.tenant(), a.hostId(), a.untilMillis()));
        snapshot.reservations().forEach(state.reservations::put);
    }

    private static void restorePod(ClusterState state, Snapshot.PodWithEvents entry) {
        Pod pod = entry.pod();
        state.pods.put(pod);
        state.deployments.restoreMember(pod);
        entry.events().forEach(event -> state.pods.addEvent(pod.id(), event));
        Grant grant = pod.placement().grant();
        HostId hostId = pod.placement().hostId();
        if (grant != null && hostId != null) {
            state.claim(hostId, pod.id(), grant.unitIds());
        }
        if (!pod.state().isFinal()) {
            state.volumes.use(pod.id(), pod.spec().storage().networkVolumes().keySet());
            if (hostId != null) {
                state.ports.claim(hostId, pod.id(), pod.placement().ports());
            }
        }
    }
}
