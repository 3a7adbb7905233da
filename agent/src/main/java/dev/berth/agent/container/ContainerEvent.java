package dev.berth.agent.container;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * Something that happened to a container of ours.
 *
 * @param exitCode with {@link Type#DIED}, when it is evidence of the process's own code
 */
public record ContainerEvent(
        Type type, String containerId, String podId, int incarnation, Instant time, OptionalInt exitCode) {
    public enum Type {
        STARTED,
        DIED,
        /** The kernel killed a process of it for memory; the container may live on. */
        OUT_OF_MEMORY
    }
}
