package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.protos.HostProtos;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.journal.v1.AssignmentWithdrawn;
import dev.berth.proto.journal.v1.HostJoined;
import dev.berth.proto.journal.v1.PodCreated;
import dev.berth.proto.journal.v1.PodMoved;
import dev.berth.proto.journal.v1.PodPlaced;
import dev.berth.proto.journal.v1.Record;
import dev.berth.proto.journal.v1.RequestRemembered;
import dev.berth.proto.journal.v1.SessionOpened;
import dev.berth.proto.journal.v1.TermBegan;
import dev.berth.proto.journal.v1.UnitsReleased;

/** Half of {@link RecordCodec}: from the model to the proto. */
final class RecordWriter {
    private RecordWriter() {}

    static Record toProto(JournalRecord entry) {
        Record.Builder proto = Record.newBuilder();
        switch (entry) {
            case JournalRecord.TermBegan r ->
                proto.setTermBegan(TermBegan.newBuilder()
                        .setTerm(r.term())
                        .setClusterId(r.clusterId())
                        .setAtMillis(r.atMillis()));
            case JournalRecord.HostJoined r -> proto.setHostJoined(toProto(r));
            case JournalRecord.SessionOpened r ->
                proto.setSessionOpened(SessionOpened.newBuilder()
                        .setHostId(r.hostId().value())
                        .setSessionEpoch(r.sessionEpoch())
                        .setBootId(r.bootId())
                        .setAtMillis(r.atMillis()));
            case JournalRecord.PodCreated r -> proto.setPodCreated(toProto(r));
            case JournalRecord.PodPlaced r -> proto.setPodPlaced(toProto(r));
            case JournalRecord.PodMoved r ->
                proto.setPodMoved(PodMoved.newBuilder()
                        .setPodId(r.podId().value())
                        .setTo(StatusCodec.toProto(r.to()))
                        .setActor(PodProtos.toProto(r.actor()))
                        .setAtMillis(r.atMillis()));
            case JournalRecord.UnitsReleased r ->
                proto.setUnitsReleased(UnitsReleased.newBuilder()
                        .setPodId(r.podId().value())
                        .setIncarnation(r.incarnation())
                        .setAtMillis(r.atMillis()));
            case JournalRecord.AssignmentWithdrawn r ->
                proto.setAssignmentWithdrawn(AssignmentWithdrawn.newBuilder()
                        .setPodId(r.podId().value())
                        .setHostId(r.hostId().value())
                        .setIncarnation(r.incarnation())
                        .setAtMillis(r.atMillis()));
            case JournalRecord.RequestRemembered r ->
                proto.setRequestRemembered(RequestRemembered.newBuilder()
                        .setRequest(RequestCodec.toProto(r.request()))
                        .setSubjectId(r.subjectId())
                        .setAtMillis(r.atMillis()));
            case JournalRecord.HostStood r -> proto.setHostStood(FleetCodec.toProto(r));
            case JournalRecord.HostAvoided r -> proto.setHostAvoided(FleetCodec.toProto(r));
            case JournalRecord.HostGivenUp r -> proto.setHostGivenUp(FleetCodec.toProto(r));
            case JournalRecord.HostReserved r -> proto.setHostReserved(FleetCodec.toProto(r));
            case JournalRecord.ReservationDropped r -> proto.setReservationDropped(FleetCodec.toProto(r));
            case JournalRecord.OfVolume r -> VolumeCodec.write(r, proto);
            case JournalRecord.OfDeployment r -> DeploymentCodec.write(r, proto);
            case JournalRecord.PodEdited r -> proto.setPodEdited(PodActionCodec.toProto(r));
            case JournalRecord.PodLocked r -> proto.setPodLocked(PodActionCodec.toProto(r));
            case JournalRecord.PodRestarted r -> proto.setPodRestarted(PodActionCodec.toProto(r));
        }
        return proto.build();
    }

    private static HostJoined toProto(JournalRecord.HostJoined r) {
        return HostJoined.newBuilder()
                .setHostId(r.hostId().value())
                .setName(r.name())
                .setRegion(r.place().region())
                .setDataCenter(r.place().dataCenter())
                .putAllLabels(r.place().labels())
                .setInventory(HostProtos.toProto(r.inventory()))
                .setAtMillis(r.atMillis())
                .build();
    }

    private static PodCreated toProto(JournalRecord.PodCreated r) {
        PodCreated.Builder proto = PodCreated.newBuilder()
                .setPodId(r.podId().value())
                .setTenantId(r.tenant().value())
                .setSpec(SpecProtos.toProto(r.spec()))
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis());
        if (r.request() != null) {
            proto.setRequest(RequestCodec.toProto(r.request()));
        }
        if (r.membership() != null) {
            proto.setDeploymentId(r.membership().deploymentId().value())
                    .setDeploymentIndex(r.membership().index());
        }
        return proto.build();
    }

    private static PodPlaced toProto(JournalRecord.PodPlaced r) {
        PodPlaced.Builder proto = PodPlaced.newBuilder()
                .setPodId(r.podId().value())
                .setHostId(r.hostId().value())
                .setIncarnation(r.incarnation())
                .setGrant(PodProtos.toProto(r.grant()))
                .setGpuHourMicros(r.gpuHourMicros())
                .setMessage(r.message())
                .addAllPorts(r.ports().stream().map(VolumeProtos::toProto).toList())
                .setAtMillis(r.atMillis());
        if (!r.actor().equals(Actor.SCHEDULER)) {
            proto.setActor(PodProtos.toProto(r.actor()));
        }
        return proto.build();
    }
}
