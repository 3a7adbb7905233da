package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerState;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A container of the runtime in the words of the engine. Pure. */
final class Containers {
    private Containers() {}

    /** Empty while it is being removed: then nothing sure can be said, and it is to be asked again. */
    static Optional<FoundContainer> found(ContainerState state) {
        if (state.status() == ContainerState.Status.REMOVING) {
            return Optional.empty();
        }
        ContainerStatus status = status(state);
        return Optional.of(new FoundContainer(
                new PodKey(state.podId(), state.incarnation()),
                state.id(),
                status,
                state.unitIds(),
                state.elastic(),
                status == ContainerStatus.EXITED ? exit(state) : null));
    }

    private static ContainerStatus status(ContainerState state) {
        if (state.alive()) {
            return ContainerStatus.RUNNING;
        }
        return state.status() == ContainerState.Status.CREATED ? ContainerStatus.CREATED : ContainerStatus.EXITED;
    }

    private static Exit exit(ContainerState state) {
        @Nullable Integer code = state.exitCode().isPresent() ? state.exitCode().getAsInt() : null;
        return new Exit(code, state.oomKilled(), false);
    }
}
