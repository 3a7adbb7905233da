package dev.berth.agent.model;

/** What the controller wants of one placement. */
public enum Goal {
    /** Pull, create, start, keep. A container that ended by itself is not started again. */
    RUN,
    /** SIGTERM, grace, SIGKILL; the dead container stays for its log. */
    STOP,
    /** Stop, and remove everything of the pod. */
    REMOVE
}
