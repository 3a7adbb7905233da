package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.PodId;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.proto.journal.v1.PodEdited;
import dev.berth.proto.journal.v1.PodLocked;
import dev.berth.proto.journal.v1.PodRestarted;

/** Records of what owners do with a pod beside its moves, both ways. Pure; part of {@link RecordCodec}. */
final class PodActionCodec {
    private PodActionCodec() {}

    static JournalRecord toModel(PodEdited r) {
        return new JournalRecord.PodEdited(
                new PodId(r.getPodId()),
                SpecProtos.toModel(r.getSpec()),
                r.getMessage(),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    static PodEdited toProto(JournalRecord.PodEdited r) {
        return PodEdited.newBuilder()
                .setPodId(r.podId().value())
                .setSpec(SpecProtos.toProto(r.spec()))
                .setMessage(r.message())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(PodLocked r) {
        return new JournalRecord.PodLocked(
                new PodId(r.getPodId()), r.getLocked(), PodProtos.toModel(r.getActor()), r.getAtMillis());
    }

    static PodLocked toProto(JournalRecord.PodLocked r) {
        return PodLocked.newBuilder()
                .setPodId(r.podId().value())
                .setLocked(r.locked())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(PodRestarted r) {
        return new JournalRecord.PodRestarted(
                new PodId(r.getPodId()), PodProtos.toModel(r.getActor()), r.getAtMillis());
    }

    static PodRestarted toProto(JournalRecord.PodRestarted r) {
        return PodRestarted.newBuilder()
                .setPodId(r.podId().value())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }
}
