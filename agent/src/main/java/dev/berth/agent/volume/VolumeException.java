package dev.berth.agent.volume;

import org.jspecify.annotations.Nullable;

/** A volume could not be served. The message says what happened, to which volume, and what to do next. */
public final class VolumeException extends RuntimeException {
    /** What a caller may want to tell apart. */
    public enum Kind {
        /** No such copy on this host. */
        NOT_FOUND,
        /** The file system in the copy is broken beyond what is mended unasked. Its bytes are as they were. */
        DAMAGED,
        /** Mounted or held by somebody else now. */
        BUSY,
        /** The copy belongs to another tenant or pod, or is of another kind. */
        WRONG_OWNER,
        /** An older incarnation of the pod asks; a newer one has mounted the copy already. */
        STALE_INCARNATION,
        /** The image holds no system that could lie below a system volume. */
        IMAGE_UNFIT,
        /** The image's layers, as this host's engine keeps them, do not go with the volume. */
        LAYERS_UNFIT,
        /** The size asked for cannot be: smaller than the image, or smaller than before. */
        REFUSED_SIZE,
        /** The host's disk has too little free space. */
        HOST_FULL,
        /** A path in the container, or one made from the request, is not allowed. */
        BAD_PATH,
        /** What lies on the disk contradicts the request: both present and trashed, for instance. Nothing was done. */
        CONFLICT,
        /** A write did not reach the disk. */
        NOT_SYNCED,
        /** A tool or a file operation failed or took too long. */
        FAILED
    }

    private final Kind kind;

    public VolumeException(Kind kind, String message) {
        this(kind, message, null);
    }

    public VolumeException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
