package dev.berth.controller.model;

/** What a volume is: the first two belong to a pod. */
public enum VolumeKind {
    /** What a pod changes below six directories of its image. */
    SYSTEM,
    /** A pod's own disk. */
    POD,
    /** A directory of a shared file system, which many pods may mount. */
    NETWORK
}
