package dev.berth.agent.volume;

import java.io.InputStream;
import java.util.function.Supplier;

/** The image of a pod with a system volume: what lies below it. */
public sealed interface SystemImage {
    /** For messages and the manifest. */
    String reference();

    /** Unpacked; a volume must not be smaller. */
    long sizeBytes();

    /** With the engine's driver overlay2: laid below the volume at each start. */
    record Layered(String reference, long sizeBytes, ImageLayers layers) implements SystemImage {}

    /**
     * With any other driver: copied into the volume once.
     *
     * @param archive opens a tar of the image's whole root, as {@code docker export} of a container made from it writes
     *     one; asked only when the volume is not filled yet, and closed by the volume
     */
    record Archived(String reference, long sizeBytes, Supplier<InputStream> archive) implements SystemImage {}
}
