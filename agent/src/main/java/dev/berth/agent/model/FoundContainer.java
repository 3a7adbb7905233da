package dev.berth.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container that carries this host's labels, as found by a listing or an inspection.
 *
 * @param elastic as its label says
 * @param exit present with EXITED
 */
public record FoundContainer(
        PodKey key,
        String containerId,
        ContainerStatus status,
        List<String> unitIds,
        boolean elastic,
        @Nullable Exit exit) {
    public FoundContainer {
        unitIds = List.copyOf(unitIds);
    }

    /** Of a pinned pod. */
    public FoundContainer(
            PodKey key, String containerId, ContainerStatus status, List<String> unitIds, @Nullable Exit exit) {
        this(key, containerId, status, unitIds, false, exit);
    }
}
