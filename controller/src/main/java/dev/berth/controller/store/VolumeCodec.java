package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.model.Whereabouts;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.journal.v1.CopyForgotten;
import dev.berth.proto.journal.v1.CopyOrdered;
import dev.berth.proto.journal.v1.Record;
import dev.berth.proto.journal.v1.SnapshotCopy;
import dev.berth.proto.journal.v1.SnapshotVolume;
import dev.berth.proto.journal.v1.VolumeCreated;
import dev.berth.proto.journal.v1.VolumeProven;
import dev.berth.proto.journal.v1.VolumeResized;
import dev.berth.proto.journal.v1.VolumeRestored;
import dev.berth.proto.journal.v1.VolumeTrashed;
import org.jspecify.annotations.Nullable;

/** Records of volumes and their copies, both ways. Pure; part of {@link RecordCodec}. */
final class VolumeCodec {
    private VolumeCodec() {}

    static void write(JournalRecord.OfVolume entry, Record.Builder proto) {
        switch (entry) {
            case JournalRecord.VolumeCreated r -> proto.setVolumeCreated(toProto(r));
            case JournalRecord.VolumeResized r -> proto.setVolumeResized(toProto(r));
            case JournalRecord.VolumeProven r -> proto.setVolumeProven(toProto(r));
            case JournalRecord.VolumeTrashed r -> proto.setVolumeTrashed(toProto(r));
            case JournalRecord.VolumeRestored r -> proto.setVolumeRestored(toProto(r));
            case JournalRecord.CopyOrdered r -> proto.setCopyOrdered(toProto(r));
            case JournalRecord.CopyForgotten r -> proto.setCopyForgotten(toProto(r));
        }
    }

    static JournalRecord toModel(VolumeCreated r) {
        return new JournalRecord.VolumeCreated(
                new VolumeId(r.getVolumeId()),
                new TenantId(r.getTenantId()),
                r.getName(),
                new VolumePlace(r.getRegion(), r.getShare()),
                r.getSizeGb(),
                PodProtos.toModel(r.getActor()),
                RequestCodec.toModel(r.getRequest()),
                r.getAtMillis());
    }

    static VolumeCreated toProto(JournalRecord.VolumeCreated r) {
        return VolumeCreated.newBuilder()
                .setVolumeId(r.volumeId().value())
                .setTenantId(r.tenant().value())
                .setName(r.name())
                .setRegion(r.place().region())
                .setShare(r.place().share())
                .setSizeGb(r.sizeGb())
                .setActor(PodProtos.toProto(r.actor()))
                .setRequest(RequestCodec.toProto(r.request()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(VolumeResized r) {
        return new JournalRecord.VolumeResized(
                new VolumeId(r.getVolumeId()), r.getSizeGb(), PodProtos.toModel(r.getActor()), r.getAtMillis());
    }

    static VolumeResized toProto(JournalRecord.VolumeResized r) {
        return VolumeResized.newBuilder()
                .setVolumeId(r.volumeId().value())
                .setSizeGb(r.sizeGb())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(VolumeProven r) {
        return new JournalRecord.VolumeProven(
                key(r.getVolumeId(), r.getGeneration()), new HostId(r.getHostId()), r.getAtMillis());
    }

    static VolumeProven toProto(JournalRecord.VolumeProven r) {
        return VolumeProven.newBuilder()
                .setVolumeId(r.key().volumeId().value())
                .setGeneration(r.key().generation())
                .setHostId(r.hostId().value())
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(VolumeTrashed r) {
        return new JournalRecord.VolumeTrashed(
                new VolumeId(r.getVolumeId()), PodProtos.toModel(r.getActor()), r.getAtMillis());
    }

    static VolumeTrashed toProto(JournalRecord.VolumeTrashed r) {
        return VolumeTrashed.newBuilder()
                .setVolumeId(r.volumeId().value())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(VolumeRestored r) {
        return new JournalRecord.VolumeRestored(
                new VolumeId(r.getVolumeId()),
                podId(r.getPodId()),
                r.getClaimedGb(),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    static VolumeRestored toProto(JournalRecord.VolumeRestored r) {
        return VolumeRestored.newBuilder()
                .setVolumeId(r.volumeId().value())
                .setPodId(r.podId() == null ? "" : r.podId().value())
                .setClaimedGb(r.claimedGb())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(CopyOrdered r) {
        return new JournalRecord.CopyOrdered(
                key(r.getVolumeId(), r.getGeneration()),
                new HostId(r.getHostId()),
                VolumeProtos.toModel(r.getGoal()),
                r.getAtMillis());
    }

    static CopyOrdered toProto(JournalRecord.CopyOrdered r) {
        return CopyOrdered.newBuilder()
                .setHostId(r.hostId().value())
                .setVolumeId(r.key().volumeId().value())
                .setGeneration(r.key().generation())
                .setGoal(VolumeProtos.toProto(r.goal()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(CopyForgotten r) {
        return new JournalRecord.CopyForgotten(
                key(r.getVolumeId(), r.getGeneration()), new HostId(r.getHostId()), r.getAtMillis());
    }

    static CopyForgotten toProto(JournalRecord.CopyForgotten r) {
        return CopyForgotten.newBuilder()
                .setHostId(r.hostId().value())
                .setVolumeId(r.key().volumeId().value())
                .setGeneration(r.key().generation())
                .setAtMillis(r.atMillis())
                .build();
    }

    static Volume toModel(SnapshotVolume v) {
        return new Volume(
                new VolumeId(v.getVolumeId()),
                new TenantId(v.getTenantId()),
                VolumeProtos.toModel(v.getKind()),
                v.getName(),
                podId(v.getPodId()),
                new VolumePlace(v.getRegion(), v.getShare()),
                v.getSizeGb(),
                new Whereabouts(
                        v.getHostId().isEmpty() ? null : new HostId(v.getHostId()),
                        v.getGeneration(),
                        v.getHighestGeneration(),
                        v.getProven(),
                        v.getRestoredFrom()),
                v.getCreatedMillis(),
                v.getTrashedMillis(),
                v.getVersion());
    }

    static SnapshotVolume toProto(Volume v) {
        Whereabouts where = v.whereabouts();
        return SnapshotVolume.newBuilder()
                .setVolumeId(v.id().value())
                .setTenantId(v.tenant().value())
                .setKind(VolumeProtos.toProto(v.kind()))
                .setName(v.name())
                .setPodId(v.podId() == null ? "" : v.podId().value())
                .setRegion(v.place().region())
                .setShare(v.place().share())
                .setSizeGb(v.sizeGb())
                .setHostId(where.hostId() == null ? "" : where.hostId().value())
                .setGeneration(where.generation())
                .setHighestGeneration(where.highestGeneration())
                .setProven(where.proven())
                .setRestoredFrom(where.restoredFrom())
                .setCreatedMillis(v.createdMillis())
                .setTrashedMillis(v.trashedMillis())
                .setVersion(v.version())
                .build();
    }

    static dev.berth.controller.model.VolumeCopy toModel(SnapshotCopy c) {
        return new dev.berth.controller.model.VolumeCopy(
                key(c.getVolumeId(), c.getGeneration()),
                new HostId(c.getHostId()),
                VolumeProtos.toModel(c.getGoal()),
                c.getSinceMillis(),
                c.getSinceRevision(),
                c.hasClaimedGb() ? c.getClaimedGb() : dev.berth.controller.model.VolumeCopy.NOT_SAID_GB);
    }

    static SnapshotCopy toProto(dev.berth.controller.model.VolumeCopy c) {
        return SnapshotCopy.newBuilder()
                .setHostId(c.hostId().value())
                .setVolumeId(c.key().volumeId().value())
                .setGeneration(c.key().generation())
                .setGoal(VolumeProtos.toProto(c.goal()))
                .setSinceMillis(c.sinceMillis())
                .setSinceRevision(c.sinceRevision())
                .setClaimedGb(c.claimedGb())
                .build();
    }

    private static VolumeKey key(String volumeId, int generation) {
        return new VolumeKey(new VolumeId(volumeId), generation);
    }

    private static @Nullable PodId podId(String value) {
        return value.isEmpty() ? null : new PodId(value);
    }
}
