package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.v1.CopyCondition;
import dev.berth.proto.v1.UnknownCopy;
import dev.berth.proto.v1.VolumeState;

/**
 * Volumes as the API shows them: what is certain, and beside each copy what its host saw last. Called within queries, on
 * the loop's thread.
 */
final class VolumeViews {
    private VolumeViews() {}

    static dev.berth.proto.v1.Volume volume(Reader reader, Volume volume, long trashMillis) {
        ClusterView cluster = reader.cluster();
        dev.berth.proto.v1.Volume.Builder view = dev.berth.proto.v1.Volume.newBuilder()
                .setId(volume.id().value())
                .setTenantId(volume.tenant().value())
                .setKind(VolumeProtos.toProto(volume.kind()))
                .setName(volume.name())
                .setSizeGb(volume.sizeGb())
                .setState(state(cluster, volume))
                .setGeneration(volume.whereabouts().generation())
                .setRegion(volume.place().region())
                .setShare(volume.place().share())
                .setCreatedAt(TimeProtos.timestamp(volume.createdMillis()))
                .setVersion(volume.version());
        if (volume.podId() != null) {
            view.setPodId(volume.podId().value());
        }
        HostId hostId = volume.whereabouts().hostId();
        if (hostId != null) {
            view.setHostId(hostId.value()).setHostName(hostName(cluster, hostId));
        }
        cluster.volumeUsers(volume.id()).forEach(podId -> view.addPodIds(podId.value()));
        if (volume.isTrashed()) {
            view.setTrashedAt(TimeProtos.timestamp(volume.trashedMillis()))
                    .setPurgeAt(TimeProtos.timestamp(volume.trashedMillis() + trashMillis));
        }
        cluster.copiesOf(volume.id()).forEach(copy -> view.addCopies(copy(reader, copy)));
        return view.build();
    }

    private static VolumeState state(ClusterView cluster, Volume volume) {
        if (volume.isTrashed()) {
            return VolumeState.VOLUME_TRASHED;
        }
        if (volume.kind() == VolumeKind.NETWORK) {
            return VolumeState.VOLUME_READY;
        }
        for (VolumeCopy copy : cluster.copiesOf(volume.id())) {
            if (copy.goal() == CopyGoal.FETCH) {
                return VolumeState.VOLUME_MOVING;
            }
        }
        boolean stored = volume.whereabouts().proven() || volume.whereabouts().restoredFrom() > 0;
        return stored ? VolumeState.VOLUME_READY : VolumeState.VOLUME_EMPTY;
    }

    private static dev.berth.proto.v1.VolumeCopy copy(Reader reader, VolumeCopy copy) {
        dev.berth.proto.v1.VolumeCopy.Builder view = dev.berth.proto.v1.VolumeCopy.newBuilder()
                .setHostId(copy.hostId().value())
                .setHostName(hostName(reader.cluster(), copy.hostId()))
                .setGeneration(copy.key().generation())
                .setGoal(VolumeProtos.toProto(copy.goal()));
        ObservedCopy seen = reader.sightings().of(copy.hostId(), copy.key());
        if (seen != null) {
            view.setCondition(condition(seen)).setPercent(seen.percent()).setMessage(seen.message());
            if (seen.allocatedBytes() >= 0) {
                view.setAllocatedBytes(seen.allocatedBytes());
            }
        }
        return view.build();
    }

    static UnknownCopy unknown(Host host, ObservedCopy seen) {
        UnknownCopy.Builder view = UnknownCopy.newBuilder()
                .setHostId(host.id().value())
                .setHostName(host.name())
                .setVolumeId(seen.key().volumeId().value())
                .setGeneration(seen.key().generation())
                .setMessage(seen.message());
        if (seen.allocatedBytes() >= 0) {
            view.setAllocatedBytes(seen.allocatedBytes());
        }
        return view.build();
    }

    private static CopyCondition condition(ObservedCopy seen) {
        return switch (seen.condition()) {
            case PRESENT -> CopyCondition.COPY_PRESENT;
            case FETCHING -> CopyCondition.COPY_FETCHING;
            case FETCHED -> CopyCondition.COPY_FETCHED;
            case TRASHED -> CopyCondition.COPY_TRASHED;
            case ABSENT -> CopyCondition.COPY_ABSENT;
            case DAMAGED -> CopyCondition.COPY_DAMAGED;
            case FROZEN -> CopyCondition.COPY_FROZEN;
            case UNKNOWN -> CopyCondition.COPY_UNKNOWN;
        };
    }

    private static String hostName(ClusterView cluster, HostId hostId) {
        Host host = cluster.host(hostId);
        return host == null ? "" : host.name();
    }
}
