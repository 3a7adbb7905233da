package dev.berth.agent.model;

/** What the host shall do with a copy of a volume. */
public enum CopyGoal {
    /** It is the volume: made where there is none yet, mounted when its pod runs. */
    KEEP,
    FETCH,
    TRASH,
    /** Deleted for good. */
    PURGE
}
