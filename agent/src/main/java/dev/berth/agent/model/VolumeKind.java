package dev.berth.agent.model;

/** What a volume is for. */
public enum VolumeKind {
    /** A file of its own, over which the image's system directories are laid. */
    SYSTEM,
    /** A file of its own, mounted at one path of the container. */
    POD,
    /** A folder of a file system that several hosts share; never created or removed by one copy's order. */
    NETWORK
}
