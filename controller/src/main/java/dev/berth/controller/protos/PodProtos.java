package dev.berth.controller.protos;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.PodEvent;
import java.util.List;

/** What belongs to a pod beside its spec, and its proto, both ways, for store and rpc. Pure. */
public final class PodProtos {
    private PodProtos() {}

    public static dev.berth.proto.v1.Actor toProto(Actor actor) {
        return dev.berth.proto.v1.Actor.newBuilder()
                .setKind(EnumProtos.toProto(actor.kind()))
                .setName(actor.name())
                .build();
    }

    public static Actor toModel(dev.berth.proto.v1.Actor actor) {
        return new Actor(EnumProtos.toModel(actor.getKind()), actor.getName());
    }

    public static dev.berth.proto.v1.Grant toProto(Grant grant) {
        return dev.berth.proto.v1.Grant.newBuilder()
                .addAllUnitIds(grant.unitIds())
                .setGpuModel(grant.gpuModel())
                .setCpuHundredths(grant.cpuHundredths())
                .setMemoryMib(grant.memoryMib())
                .build();
    }

    public static Grant toModel(dev.berth.proto.v1.Grant grant) {
        return new Grant(
                List.copyOf(grant.getUnitIdsList()),
                grant.getGpuModel(),
                grant.getCpuHundredths(),
                grant.getMemoryMib());
    }

    public static dev.berth.proto.v1.PodEvent toProto(PodEvent event) {
        return dev.berth.proto.v1.PodEvent.newBuilder()
                .setSequence(event.sequence())
                .setTime(TimeProtos.timestamp(event.atMillis()))
                .setFrom(EnumProtos.toProto(event.from()))
                .setTo(EnumProtos.toProto(event.to()))
                .setDetail(EnumProtos.toProto(event.detail()))
                .setReason(ReasonProtos.toProto(event.reason()))
                .setMessage(event.message())
                .setActor(toProto(event.actor()))
                .build();
    }

    public static PodEvent toModel(dev.berth.proto.v1.PodEvent event) {
        return new PodEvent(
                event.getSequence(),
                TimeProtos.epochMillis(event.getTime()),
                EnumProtos.toModel(event.getFrom()),
                EnumProtos.toModel(event.getTo()),
                EnumProtos.toModel(event.getDetail()),
                ReasonProtos.toModel(event.getReason()),
                event.getMessage(),
                toModel(event.getActor()));
    }
}
