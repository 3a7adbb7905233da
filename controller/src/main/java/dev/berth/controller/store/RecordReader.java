package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
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

/** Half of {@link RecordCodec}: from the proto to the model. */
final class RecordReader {
    private RecordReader() {}

    static JournalRecord toModel(Record proto) {
        return switch (proto.getKindCase()) {
            case TERM_BEGAN -> toModel(proto.getTermBegan());
            case HOST_JOINED -> toModel(proto.getHostJoined());
            case SESSION_OPENED -> toModel(proto.getSessionOpened());
            case POD_CREATED -> toModel(proto.getPodCreated());
            case POD_PLACED -> toModel(proto.getPodPlaced());
            case POD_MOVED -> toModel(proto.getPodMoved());
            case UNITS_RELEASED -> toModel(proto.getUnitsReleased());
            case ASSIGNMENT_WITHDRAWN -> toModel(proto.getAssignmentWithdrawn());
            case REQUEST_REMEMBERED -> toModel(proto.getRequestRemembered());
            case HOST_STOOD -> FleetCodec.toModel(proto.getHostStood());
            case HOST_AVOIDED -> FleetCodec.toModel(proto.getHostAvoided());
            case HOST_GIVEN_UP -> FleetCodec.toModel(proto.getHostGivenUp());
            case HOST_RESERVED -> FleetCodec.toModel(proto.getHostReserved());
            case RESERVATION_DROPPED -> FleetCodec.toModel(proto.getReservationDropped());
            case DEPLOYMENT_CREATED -> DeploymentCodec.toModel(proto.getDeploymentCreated());
            case DEPLOYMENT_CHANGED -> DeploymentCodec.toModel(proto.getDeploymentChanged());
            case DEPLOYMENT_MOVED -> DeploymentCodec.toModel(proto.getDeploymentMoved());
            case DEPLOYMENT_DELETED -> DeploymentCodec.toModel(proto.getDeploymentDeleted());
            case POD_EDITED -> PodActionCodec.toModel(proto.getPodEdited());
            case POD_LOCKED -> PodActionCodec.toModel(proto.getPodLocked());
            case POD_RESTARTED -> PodActionCodec.toModel(proto.getPodRestarted());
            case VOLUME_CREATED -> VolumeCodec.toModel(proto.getVolumeCreated());
            case VOLUME_RESIZED -> VolumeCodec.toModel(proto.getVolumeResized());
            case VOLUME_PROVEN -> VolumeCodec.toModel(proto.getVolumeProven());
            case VOLUME_TRASHED -> VolumeCodec.toModel(proto.getVolumeTrashed());
            case VOLUME_RESTORED -> VolumeCodec.toModel(proto.getVolumeRestored());
            case COPY_ORDERED -> VolumeCodec.toModel(proto.getCopyOrdered());
            case COPY_FORGOTTEN -> VolumeCodec.toModel(proto.getCopyForgotten());
            case KIND_NOT_SET ->
                throw new IllegalArgumentException("its kind is unknown to this version "
                        + proto.getUnknownFields().asMap().keySet());
        };
    }

    private static JournalRecord toModel(TermBegan r) {
        return new JournalRecord.TermBegan(r.getTerm(), r.getClusterId(), r.getAtMillis());
    }

    private static JournalRecord toModel(HostJoined r) {
        return new JournalRecord.HostJoined(
                new HostId(r.getHostId()),
                r.getName(),
                FleetCodec.place(r),
                HostProtos.fromJournal(r.getInventory()),
                r.getAtMillis());
    }

    private static JournalRecord toModel(SessionOpened r) {
        return new JournalRecord.SessionOpened(
                new HostId(r.getHostId()), r.getSessionEpoch(), r.getBootId(), r.getAtMillis());
    }

    private static JournalRecord toModel(PodCreated r) {
        return new JournalRecord.PodCreated(
                new PodId(r.getPodId()),
                new TenantId(r.getTenantId()),
                SpecProtos.toModel(r.getSpec()),
                DeploymentCodec.membership(r.getDeploymentId(), r.getDeploymentIndex()),
                PodProtos.toModel(r.getActor()),
                r.hasRequest() ? RequestCodec.toModel(r.getRequest()) : null,
                r.getAtMillis());
    }

    private static JournalRecord toModel(PodPlaced r) {
        return new JournalRecord.PodPlaced(
                new PodId(r.getPodId()),
                new HostId(r.getHostId()),
                r.getIncarnation(),
                PodProtos.toModel(r.getGrant()),
                r.getGpuHourMicros(),
                VolumeProtos.toModel(r.getPortsList()),
                r.getMessage(),
                r.hasActor() ? PodProtos.toModel(r.getActor()) : Actor.SCHEDULER,
                r.getAtMillis());
    }

    private static JournalRecord toModel(PodMoved r) {
        return new JournalRecord.PodMoved(
                new PodId(r.getPodId()),
                StatusCodec.toModel(r.getTo()),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    private static JournalRecord toModel(UnitsReleased r) {
        return new JournalRecord.UnitsReleased(new PodId(r.getPodId()), r.getIncarnation(), r.getAtMillis());
    }

    private static JournalRecord toModel(AssignmentWithdrawn r) {
        return new JournalRecord.AssignmentWithdrawn(
                new PodId(r.getPodId()), new HostId(r.getHostId()), r.getIncarnation(), r.getAtMillis());
    }

    private static JournalRecord toModel(RequestRemembered r) {
        return new JournalRecord.RequestRemembered(
                RequestCodec.toModel(r.getRequest()), r.getSubjectId(), r.getAtMillis());
    }
}
