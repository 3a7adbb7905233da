package dev.berth.agent.core;

/** One thing that is done to one copy of a volume at a time. Each can be repeated. */
public enum CopyStep {
    /** Into a partial copy, verified, then adopted: durable, but not counting. */
    FETCH,
    /** To the size of its order. */
    GROW,
    /** Out of the trash, as the new generation. */
    TAKE_BACK,
    /** Into the trash. */
    TRASH,
    /** Deletes what lies in the trash, or is left of a fetch, of exactly this key; a network volume from its share. */
    PURGE
}
