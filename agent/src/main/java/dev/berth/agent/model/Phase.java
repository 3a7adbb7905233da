package dev.berth.agent.model;

/** How far one placement is, as reported to the controller. */
public enum Phase {
    ACCEPTED,
    PULLING,
    STARTING,
    RUNNING,
    STOPPING,
    /** Ended and proven. */
    ENDED,
    /** Could not be started; nothing of it is left. */
    START_FAILED,
    /** Nothing of the pod is left on the host. */
    GONE
}
