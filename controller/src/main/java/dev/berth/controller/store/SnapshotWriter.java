package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.HostProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.controller.protos.StandingProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.journal.v1.HostJoined;
import dev.berth.proto.journal.v1.RequestRemembered;
import dev.berth.proto.journal.v1.SnapshotAssignment;
import dev.berth.proto.journal.v1.SnapshotEnd;
import dev.berth.proto.journal.v1.SnapshotHead;
import dev.berth.proto.journal.v1.SnapshotHost;
import dev.berth.proto.journal.v1.SnapshotPart;
import dev.berth.proto.journal.v1.SnapshotPod;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a {@link Snapshot} as length-delimited parts, one after the other, so that a large state never lies in memory
 * twice; the last part counts and checksums the others. Used once, by the thread that saves the snapshot.
 */
final class SnapshotWriter {
    private final CheckedOutputStream out;
    private long parts;

    SnapshotWriter(OutputStream out) {
        this.out = new CheckedOutputStream(out, new CRC32C());
    }

    void write(Snapshot snapshot) throws IOException {
        write(SnapshotPart.newBuilder()
                .setHead(SnapshotHead.newBuilder()
                        .setClusterId(snapshot.clusterId())
                        .setTerm(snapshot.term())
                        .setVersion(snapshot.version())
                        .setLatestMillis(snapshot.latestMillis())));
        Map<HostId, List<HostEvent>> eventsByHost = new HashMap<>();
        snapshot.hostEvents().forEach(entry -> eventsByHost.put(entry.hostId(), entry.events()));
        for (Host host : snapshot.hosts()) {
            write(SnapshotPart.newBuilder().setHost(toProto(host, eventsByHost.getOrDefault(host.id(), List.of()))));
        }
        for (Snapshot.PodWithEvents pod : snapshot.pods()) {
            write(SnapshotPart.newBuilder().setPod(toProto(pod)));
        }
        for (Snapshot.HostAssignment assigned : snapshot.assignments()) {
            write(SnapshotPart.newBuilder()
                    .setAssignment(SnapshotAssignment.newBuilder()
                            .setHostId(assigned.hostId().value())
                            .setPodId(assigned.assignment().podId().value())
                            .setIncarnation(assigned.assignment().incarnation())
                            .setGoal(EnumProtos.toProto(assigned.assignment().goal()))
                            .setDiskGb(assigned.diskGb())));
        }
        for (Snapshot.Remembered remembered : snapshot.requests()) {
            write(SnapshotPart.newBuilder()
                    .setRequest(RequestRemembered.newBuilder()
                            .setRequest(RequestCodec.toProto(remembered.request()))
                            .setSubjectId(remembered.subjectId())
                            .setAtMillis(remembered.atMillis())));
        }
        for (Snapshot.DeploymentWithProgress deployment : snapshot.deployments()) {
            write(SnapshotPart.newBuilder().setDeployment(DeploymentCodec.toProto(deployment)));
        }
        for (JournalRecord.HostAvoided avoided : snapshot.avoided()) {
            write(SnapshotPart.newBuilder().setAvoided(FleetCodec.toProto(avoided)));
        }
        for (Reservation reservation : snapshot.reservations()) {
            write(SnapshotPart.newBuilder().setReserved(FleetCodec.toProto(reservation)));
        }
        for (Volume volume : snapshot.volumes()) {
            write(SnapshotPart.newBuilder().setVolume(VolumeCodec.toProto(volume)));
        }
        for (VolumeCopy copy : snapshot.copies()) {
            write(SnapshotPart.newBuilder().setCopy(VolumeCodec.toProto(copy)));
        }
        write(SnapshotPart.newBuilder()
                .setEnd(SnapshotEnd.newBuilder().setParts(parts).setCrc32C((int)
                        out.getChecksum().getValue())));
        out.flush();
    }

    private void write(SnapshotPart.Builder part) throws IOException {
        part.build().writeDelimitedTo(out);
        parts++;
    }

    private static SnapshotHost toProto(Host host, List<HostEvent> events) {
        return SnapshotHost.newBuilder()
                .setJoined(HostJoined.newBuilder()
                        .setHostId(host.id().value())
                        .setName(host.name())
                        .setRegion(host.place().region())
                        .setDataCenter(host.place().dataCenter())
                        .putAllLabels(host.place().labels())
                        .setInventory(HostProtos.toProto(host.inventory()))
                        .setAtMillis(host.joinedMillis()))
                .setSessionEpoch(host.sessionEpoch())
                .setBootId(host.bootId())
                .setDesiredRevision(host.desiredRevision())
                .setAvailability(StandingProtos.toProto(host.standing().availability()))
                .setDrainDeadlineMillis(host.standing().deadlineMillis())
                .setGivenUp(host.givenUp())
                .addAllEvents(events.stream().map(StandingProtos::toProto).toList())
                .build();
    }

    private static SnapshotPod toProto(Snapshot.PodWithEvents entry) {
        Pod pod = entry.pod();
        SnapshotPod.Builder proto = SnapshotPod.newBuilder()
                .setPodId(pod.id().value())
                .setTenantId(pod.tenant().value())
                .setSpec(SpecProtos.toProto(pod.spec()))
                .setStatus(StatusCodec.toProto(pod.status()))
                .setPlacement(toProto(pod.placement()))
                .setLocked(pod.locked())
                .setVersion(pod.version())
                .setCreatedMillis(pod.times().createdMillis())
                .setFirstRunningMillis(pod.times().firstRunningMillis())
                .setRunningMillis(pod.times().runningMillis())
                .setStoppedMillis(pod.times().stoppedMillis())
                .setEndedMillis(pod.times().endedMillis());
        if (pod.membership() != null) {
            proto.setDeploymentId(pod.membership().deploymentId().value())
                    .setDeploymentIndex(pod.membership().index());
        }
        entry.events().forEach(event -> proto.addEvents(PodProtos.toProto(event)));
        return proto.build();
    }

    private static dev.berth.proto.journal.v1.Placement toProto(Placement placement) {
        HostId hostId = placement.hostId();
        dev.berth.proto.journal.v1.Placement.Builder proto = dev.berth.proto.journal.v1.Placement.newBuilder()
                .setHostId(hostId == null ? "" : hostId.value())
                .setIncarnation(placement.incarnation())
                .setGpuHourMicros(placement.gpuHourMicros())
                .addAllPorts(
                        placement.ports().stream().map(VolumeProtos::toProto).toList())
                .setRestarts(placement.restarts());
        if (placement.grant() != null) {
            proto.setGrant(PodProtos.toProto(placement.grant()));
        }
        return proto.build();
    }
}
