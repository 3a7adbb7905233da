package dev.berth.agent.core;

/** What the engine of this agent knows of a placement's mounts. */
enum Mounts {
    /** The host's volumes have not been listed. No step has touched them. */
    UNKNOWN,
    NONE,
    /** Something is mounted, or perhaps: by a former process, or by a step that did not end well. */
    FOUND,
    /** All that the placement shall have is mounted, by this process. */
    MADE
}
