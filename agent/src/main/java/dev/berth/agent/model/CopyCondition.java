package dev.berth.agent.model;

/** What the host sees of a copy of a volume. */
public enum CopyCondition {
    PRESENT,
    FETCHING,
    /** Fetched, verified and durable; not mounted before its order says that it counts. */
    FETCHED,
    TRASHED,
    ABSENT,
    DAMAGED,
    /** Writes wait, because the host's disk is almost full. */
    FROZEN,
    /** On disk, but in no order: never touched. */
    UNKNOWN
}
