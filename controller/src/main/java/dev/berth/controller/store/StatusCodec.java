package dev.berth.controller.store;

import dev.berth.controller.model.PodStatus;
import dev.berth.controller.protos.EnumProtos;
import dev.berth.controller.protos.ReasonProtos;

/** {@link PodStatus} and its proto on disk, both ways. Pure. */
final class StatusCodec {
    private StatusCodec() {}

    static dev.berth.proto.journal.v1.PodStatus toProto(PodStatus status) {
        dev.berth.proto.journal.v1.PodStatus.Builder proto = dev.berth.proto.journal.v1.PodStatus.newBuilder()
                .setDesired(EnumProtos.toProto(status.desired()))
                .setState(EnumProtos.toProto(status.state()))
                .setDetail(EnumProtos.toProto(status.detail()))
                .setReason(ReasonProtos.toProto(status.reason()))
                .setMessage(status.message());
        if (status.exitCode() != null) {
            proto.setExitCode(status.exitCode());
        }
        return proto.build();
    }

    static PodStatus toModel(dev.berth.proto.journal.v1.PodStatus status) {
        return new PodStatus(
                EnumProtos.toModel(status.getDesired()),
                EnumProtos.toModel(status.getState()),
                EnumProtos.toModel(status.getDetail()),
                ReasonProtos.toModel(status.getReason()),
                status.getMessage(),
                status.hasExitCode() ? status.getExitCode() : null);
    }
}
