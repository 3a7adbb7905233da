package dev.berth.controller.model;

/** What a host shall do with a copy of a volume. */
public enum CopyGoal {
    /** It is the volume: made where there is none yet, mounted while its pod runs. */
    KEEP,
    /** Fetch it from the host that has the copy which counts. */
    FETCH,
    /** Lay it aside: it counts no more. */
    TRASH,
    /** Delete it for good. */
    PURGE
}
