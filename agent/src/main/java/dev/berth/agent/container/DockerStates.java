package dev.berth.agent.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's inspect answer as a {@link ContainerState}. The engine invents 255 for containers that ended while
 * it was away, so a 255 from after its start is believed only if the end was seen live. Called by any thread.
 */
final class DockerStates {
    private static final int INVENTED_CODE = 255;
    private static final int REMEMBERED = 512;
    /** Process start times come from the kernel's ticks and the boot time, which agree to about a second. */
    private static final Duration START_SLACK = Duration.ofSeconds(2);

    private final Path socket;
    private final Map<String, Integer> seenDying = new LinkedHashMap<>();

    DockerStates(Path socket) {
        this.socket = socket;
    }

    /** An end was heard of while it happened: its code is evidence. */
    void sawDying(String containerId, int exitCode) {
        synchronized (seenDying) {
            seenDying.put(containerId, exitCode);
            if (seenDying.size() > REMEMBERED) {
                seenDying.remove(seenDying.keySet().iterator().next());
            }
        }
    }

    /** Empty when the container is not ours. */
    Optional<ContainerState> read(ContainerLabels labels, InspectContainerResponse inspected) {
        ContainerConfig config = inspected.getConfig();
        return labels.read(inspected.getName(), config == null ? null : config.getLabels())
                .map(mark -> state(mark, inspected));
    }

    private ContainerState state(ContainerLabels.Mark mark, InspectContainerResponse inspected) {
        InspectContainerResponse.ContainerState state = inspected.getState();
        ContainerState.Status status = status(state.getStatus());
        Optional<Instant> finishedAt = time(state.getFinishedAt());
        Long pid = state.getPidLong();
        return new ContainerState(
                inspected.getId(),
                inspected.getName().substring(1),
                mark.podId(),
                mark.incarnation(),
                mark.specHash(),
                mark.unitIds(),
                mark.elastic(),
                status,
                pid == null ? 0 : pid.intValue(),
                time(state.getStartedAt()),
                finishedAt,
                exitCode(inspected.getId(), status, state.getExitCodeLong(), finishedAt),
                Boolean.TRUE.equals(state.getOOMKilled()),
                state.getError() == null ? "" : state.getError());
    }

    private OptionalInt exitCode(
            String id, ContainerState.Status status, @Nullable Long code, Optional<Instant> finishedAt) {
        boolean ended = status == ContainerState.Status.EXITED || status == ContainerState.Status.DEAD;
        if (!ended || code == null || finishedAt.isEmpty()) {
            return OptionalInt.empty();
        }
        if (code == INVENTED_CODE && !believed(id, finishedAt.get())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(code.intValue());
    }

    private boolean believed(String id, Instant finishedAt) {
        synchronized (seenDying) {
            Integer seen = seenDying.get(id);
            if (seen != null && seen == INVENTED_CODE) {
                return true;
            }
        }
        return EngineProcess.startedAt(socket)
                .map(start -> finishedAt.isBefore(start.minus(START_SLACK)))
                .orElse(false);
    }

    private static ContainerState.Status status(@Nullable String status) {
        return ContainerState.Status.valueOf(status == null ? "DEAD" : status.toUpperCase(Locale.ROOT));
    }

    /** The engine writes year 1 for "never". */
    private static Optional<Instant> time(@Nullable String text) {
        try {
            Instant time = text == null ? Instant.EPOCH : Instant.parse(text);
            return time.isAfter(Instant.EPOCH) ? Optional.of(time) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
