package dev.berth.agent.model;

/** Why a pod can never be started as it is. An engine that does not answer is not among them: that is retried. */
public enum FailureReason {
    INVALID_IMAGE,
    IMAGE_PULL_AUTH,
    PULL_TIMEOUT,
    IMAGE_OS_UNSUPPORTED,
    IMAGE_ARCH_UNSUPPORTED,
    CONTAINER_CREATE_ERROR,
    /** A volume is missing, damaged, too small, or another's. */
    VOLUME_ERROR,
    /** A port of the host that the pod has is in use. */
    PORT_CONFLICT
}
