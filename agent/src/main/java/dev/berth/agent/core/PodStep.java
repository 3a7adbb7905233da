package dev.berth.agent.core;

/** One thing that is done to one pod at a time. What is done by name can be repeated and looked up. */
public enum PodStep {
    /** Makes sure that the image is present and fit; quick when it is. */
    PULL,
    /** Mounts all its volumes, making those that are ordered and never were. */
    MOUNT,
    CREATE,
    START,
    /** Starts a container that has ended once more, for a restart. */
    START_AGAIN,
    /** SIGTERM, grace, SIGKILL, and the proof that it is dead. */
    STOP,
    /** Writes out and unmounts all its volumes, in whatever state they are. */
    UNMOUNT,
    /** Tests its GPUs until nothing is left on them; what has something left goes into quarantine. */
    CLEAR,
    /** Removes a container that does not run. */
    REMOVE,
    /** Looks the container up by its name; changes nothing. */
    INSPECT
}
