package dev.berth.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container that carries this host's labels, as found by a listing or an inspection. Exit is present with EXITED. */
public record FoundContainer(
        PodKey key,
        String containerId,
        ContainerStatus status,
        List<String> unitIds,
        @Nullable Exit exit) {
    public FoundContainer {
        unitIds = List.copyOf(unitIds);
    }
}
