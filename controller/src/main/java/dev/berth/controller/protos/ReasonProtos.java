package dev.berth.controller.protos;

import dev.berth.controller.model.Reason;

/** {@link Reason} and its proto, both ways, for store and rpc. Pure; NONE is the unset value. */
public final class ReasonProtos {
    private ReasonProtos() {}

    public static dev.berth.proto.v1.Reason toProto(Reason value) {
        return switch (value) {
            case NONE -> dev.berth.proto.v1.Reason.REASON_UNSPECIFIED;
            case INSUFFICIENT_RESOURCES -> dev.berth.proto.v1.Reason.INSUFFICIENT_RESOURCES;
            case UNSATISFIABLE -> dev.berth.proto.v1.Reason.UNSATISFIABLE;
            case INVALID_IMAGE -> dev.berth.proto.v1.Reason.INVALID_IMAGE;
            case IMAGE_PULL_AUTH -> dev.berth.proto.v1.Reason.IMAGE_PULL_AUTH;
            case IMAGE_ARCH_UNSUPPORTED -> dev.berth.proto.v1.Reason.IMAGE_ARCH_UNSUPPORTED;
            case IMAGE_OS_UNSUPPORTED -> dev.berth.proto.v1.Reason.IMAGE_OS_UNSUPPORTED;
            case CUDA_INCOMPATIBLE -> dev.berth.proto.v1.Reason.CUDA_INCOMPATIBLE;
            case PULL_TIMEOUT -> dev.berth.proto.v1.Reason.PULL_TIMEOUT;
            case VOLUME_ERROR -> dev.berth.proto.v1.Reason.VOLUME_ERROR;
            case PORT_CONFLICT -> dev.berth.proto.v1.Reason.PORT_CONFLICT;
            case CONTAINER_CREATE_ERROR -> dev.berth.proto.v1.Reason.CONTAINER_CREATE_ERROR;
            case CONTAINER_EXITED -> dev.berth.proto.v1.Reason.CONTAINER_EXITED;
            case OOM_KILLED -> dev.berth.proto.v1.Reason.OOM_KILLED;
            case DISK_QUOTA -> dev.berth.proto.v1.Reason.DISK_QUOTA;
            case GPU_FAULT -> dev.berth.proto.v1.Reason.GPU_FAULT;
            case HOST_LOST -> dev.berth.proto.v1.Reason.HOST_LOST;
            case LOW_BALANCE -> dev.berth.proto.v1.Reason.LOW_BALANCE;
            case PREEMPTED -> dev.berth.proto.v1.Reason.PREEMPTED;
            case IDLE -> dev.berth.proto.v1.Reason.IDLE;
            case MAX_DURATION -> dev.berth.proto.v1.Reason.MAX_DURATION;
            case REPLACED -> dev.berth.proto.v1.Reason.REPLACED;
            case USER -> dev.berth.proto.v1.Reason.REASON_USER;
            case ADMIN -> dev.berth.proto.v1.Reason.REASON_ADMIN;
        };
    }

    public static Reason toModel(dev.berth.proto.v1.Reason value) {
        return switch (value) {
            case REASON_UNSPECIFIED -> Reason.NONE;
            case INSUFFICIENT_RESOURCES -> Reason.INSUFFICIENT_RESOURCES;
            case UNSATISFIABLE -> Reason.UNSATISFIABLE;
            case INVALID_IMAGE -> Reason.INVALID_IMAGE;
            case IMAGE_PULL_AUTH -> Reason.IMAGE_PULL_AUTH;
            case IMAGE_ARCH_UNSUPPORTED -> Reason.IMAGE_ARCH_UNSUPPORTED;
            case IMAGE_OS_UNSUPPORTED -> Reason.IMAGE_OS_UNSUPPORTED;
            case CUDA_INCOMPATIBLE -> Reason.CUDA_INCOMPATIBLE;
            case PULL_TIMEOUT -> Reason.PULL_TIMEOUT;
            case VOLUME_ERROR -> Reason.VOLUME_ERROR;
            case PORT_CONFLICT -> Reason.PORT_CONFLICT;
            case CONTAINER_CREATE_ERROR -> Reason.CONTAINER_CREATE_ERROR;
            case CONTAINER_EXITED -> Reason.CONTAINER_EXITED;
            case OOM_KILLED -> Reason.OOM_KILLED;
            case DISK_QUOTA -> Reason.DISK_QUOTA;
            case GPU_FAULT -> Reason.GPU_FAULT;
            case HOST_LOST -> Reason.HOST_LOST;
            case LOW_BALANCE -> Reason.LOW_BALANCE;
            case PREEMPTED -> Reason.PREEMPTED;
            case IDLE -> Reason.IDLE;
            case MAX_DURATION -> Reason.MAX_DURATION;
            case REPLACED -> Reason.REPLACED;
            case REASON_USER -> Reason.USER;
            case REASON_ADMIN -> Reason.ADMIN;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The reason was written by a newer version and means nothing to this controller");
        };
    }
}
