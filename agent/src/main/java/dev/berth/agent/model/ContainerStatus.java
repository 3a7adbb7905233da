package dev.berth.agent.model;

/** State of a container as the engine tells it, in the three words that matter here. */
public enum ContainerStatus {
    /** Made, never started. */
    CREATED,
    /** Has a process (also paused or restarting). */
    RUNNING,
    /** Proven to have no process. */
    EXITED
}
