package dev.berth.controller.model;

/** Why a pod is in its state; NONE when there is nothing to explain. */
public enum Reason {
    NONE,
    INSUFFICIENT_RESOURCES,
    UNSATISFIABLE,
    INVALID_IMAGE,
    IMAGE_PULL_AUTH,
    IMAGE_ARCH_UNSUPPORTED,
    IMAGE_OS_UNSUPPORTED,
    CUDA_INCOMPATIBLE,
    PULL_TIMEOUT,
    VOLUME_ERROR,
    PORT_CONFLICT,
    CONTAINER_CREATE_ERROR,
    CONTAINER_EXITED,
    OOM_KILLED,
    DISK_QUOTA,
    GPU_FAULT,
    HOST_LOST,
    LOW_BALANCE,
    PREEMPTED,
    IDLE,
    MAX_DURATION,
    REPLACED,
    USER,
    ADMIN
}
