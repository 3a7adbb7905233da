package dev.berth.agent.model;

/** How a system volume holds the system directories; decided at its first mount. */
public enum VolumeBuild {
    /** Not mounted yet, or not a system volume. */
    NONE,
    /** It holds what was changed; the image's layers lie below at each start. */
    OVERLAY,
    /** It was filled once from the image and holds everything: for engines that do not keep layers as folders. */
    FILLED
}
