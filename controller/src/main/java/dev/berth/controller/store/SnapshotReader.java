package dev.berth.controller.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodTimes;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.HostProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.controller.protos.StandingProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.journal.v1.RequestRemembered;
import dev.berth.proto.journal.v1.SnapshotAssignment;
import dev.berth.proto.journal.v1.SnapshotEnd;
import dev.berth.proto.journal.v1.SnapshotHead;
import dev.berth.proto.journal.v1.SnapshotHost;
import dev.berth.proto.journal.v1.SnapshotPart;
import dev.berth.proto.journal.v1.SnapshotPod;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link SnapshotWriter} wrote. A file that is not whole is a {@link TornSnapshotException}; one that is
 * whole and holds what this version does not know is a {@link StoreFailedException}. Used once, on boot.
 */
final class SnapshotReader {
    /** Far above any part, so that a damaged length does not ask for all memory. */
    private static final int MAX_PART_BYTES = 256 << 20;

    private final CheckedInputStream in;
    private @Nullable SnapshotHead head;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Snapshot.PodWithEvents> pods = new ArrayList<>();
    private final List<Snapshot.HostAssignment> assignments = new ArrayList<>();
    private final List<Snapshot.Remembered> requests = new ArrayList<>();
    private final List<Snapshot.DeploymentWithProgress> deployments = new ArrayList<>();
    private final List<Snapshot.HostEvents> hostEvents = new ArrayList<>();
    private final List<JournalRecord.HostAvoided> avoided = new ArrayList<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private final List<Volume> volumes = new ArrayList<>();
    private final List<VolumeCopy> copies = new ArrayList<>();
    private @Nullable RuntimeException unreadable;

    SnapshotReader(InputStream in) {
        this.in = new CheckedInputStream(in, new CRC32C());
    }

    Snapshot read() throws IOException {
        long parts = 0;
        while (true) {
            int crc32c = (int) in.getChecksum().getValue();
            SnapshotPart part = next();
            if (part.hasEnd()) {
                return finish(part.getEnd(), parts, crc32c);
            }
            parts++;
            try {
                take(part);
            } catch (IllegalArgumentException e) {
                // Only the checksum at the end tells damage from a newer version's words.
                unreadable = e;
            }
        }
    }

    /** Not parseDelimitedFrom: that takes the end of the file for the end of a part. */
    private SnapshotPart next() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                throw new TornSnapshotException("it has no end");
            }
            int length = CodedInputStream.readRawVarint32(first, in);
            if (length < 0 || length > MAX_PART_BYTES) {
                throw new TornSnapshotException("it is damaged");
            }
            byte[] part = in.readNBytes(length);
            if (part.length < length) {
                throw new TornSnapshotException("it breaks off");
            }
            return SnapshotPart.parseFrom(part);
        } catch (InvalidProtocolBufferException e) {
            throw new TornSnapshotException("it is damaged: " + e.getMessage());
        }
    }

    private Snapshot finish(SnapshotEnd end, long parts, int crc32c) throws IOException {
        if (end.getParts() != parts || end.getCrc32C() != crc32c || in.read() >= 0 || head == null) {
            throw new TornSnapshotException("its checksum or its number of parts is wrong");
        }
        if (unreadable != null) {
            throw new StoreFailedException(
                    "A snapshot holds what this controller does not know (" + unreadable.getMessage()
                            + "). Start the newest version that ran on this data folder.",
                    unreadable);
        }
        return new Snapshot(
                head.getClusterId(),
                head.getTerm(),
                head.getVersion(),
                head.getLatestMillis(),
                hosts,
                pods,
                assignments,
                requests,
                deployments,
                hostEvents,
                avoided,
                reservations,
                volumes,
                copies);
    }

    private void take(SnapshotPart part) {
        switch (part.getKindCase()) {
            case HEAD -> head = part.getHead();
            case HOST -> takeHost(part.getHost());
            case POD -> pods.add(toModel(part.getPod()));
            case ASSIGNMENT -> assignments.add(toModel(part.getAssignment()));
            case REQUEST -> requests.add(toModel(part.getRequest()));
            case DEPLOYMENT -> deployments.add(DeploymentCodec.toModel(part.getDeployment()));
            case AVOIDED -> avoided.add(FleetCodec.toModel(part.getAvoided()));
            case RESERVED ->
                reservations.add(FleetCodec.toModel(part.getReserved()).reservation());
            case VOLUME -> volumes.add(VolumeCodec.toModel(part.getVolume()));
            case COPY -> copies.add(VolumeCodec.toModel(part.getCopy()));
            case END, KIND_NOT_SET ->
                throw new IllegalArgumentException("part of unknown kind "
                        + part.getUnknownFields().asMap().keySet());
        }
    }

    private void takeHost(SnapshotHost host) {
        Host model = toModel(host);
        hosts.add(model);
        if (host.getEventsCount() > 0) {
            hostEvents.add(new Snapshot.HostEvents(
                    model.id(),
                    host.getEventsList().stream().map(StandingProtos::toModel).toList()));
        }
    }

    private static Host toModel(SnapshotHost host) {
        return new Host(
                new HostId(host.getJoined().getHostId()),
                host.getJoined().getName(),
                FleetCodec.place(host.getJoined()),
                HostProtos.fromJournal(host.getJoined().getInventory()),
                new Standing(StandingProtos.toModel(host.getAvailability()), host.getDrainDeadlineMillis()),
                host.getJoined().getAtMillis(),
                host.getSessionEpoch(),
                host.getBootId(),
                host.getDesiredRevision(),
                host.getGivenUp());
    }

    private static Snapshot.PodWithEvents toModel(SnapshotPod pod) {
        List<PodEvent> events =
                pod.getEventsList().stream().map(PodProtos::toModel).toList();
        PodTimes times = new PodTimes(
                pod.getCreatedMillis(),
                pod.getFirstRunningMillis(),
                pod.getRunningMillis(),
                pod.getStoppedMillis() > 0 ? pod.getStoppedMillis() : stoppedMillis(events),
                pod.getEndedMillis());
        return new Snapshot.PodWithEvents(
                new Pod(
                        new PodId(pod.getPodId()),
                        new TenantId(pod.getTenantId()),
                        SpecProtos.toModel(pod.getSpec()),
                        DeploymentCodec.membership(pod.getDeploymentId(), pod.getDeploymentIndex()),
                        StatusCodec.toModel(pod.getStatus()),
                        toModel(pod.getPlacement()),
                        times,
                        pod.getLocked(),
                        pod.getVersion()),
                events);
    }

    private static long stoppedMillis(List<PodEvent> events) {
        for (PodEvent event : events.reversed()) {
            if (event.to() == PodState.STOPPED && event.from() != PodState.STOPPED) {
                return event.atMillis();
            }
        }
        return 0;
    }

    private static Placement toModel(dev.berth.proto.journal.v1.Placement placement) {
        return new Placement(
                placement.getHostId().isEmpty() ? null : new HostId(placement.getHostId()),
                placement.getIncarnation(),
                placement.hasGrant() ? PodProtos.toModel(placement.getGrant()) : null,
                placement.getGpuHourMicros(),
                VolumeProtos.toModel(placement.getPortsList()),
                placement.getRestarts());
    }

    private static Snapshot.HostAssignment toModel(SnapshotAssignment assigned) {
        return new Snapshot.HostAssignment(
                new HostId(assigned.getHostId()),
                new Assignment(
                        new PodId(assigned.getPodId()),
                        assigned.getIncarnation(),
                        EnumProtos.toModel(assigned.getGoal())),
                assigned.getDiskGb());
    }

    private static Snapshot.Remembered toModel(RequestRemembered request) {
        return new Snapshot.Remembered(
                RequestCodec.toModel(request.getRequest()), request.getSubjectId(), request.getAtMillis());
    }
}
