package dev.berth.agent.container;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container of ours as the engine sees it.
 *
 * @param name without the leading slash
 * @param unitIds from the label
 * @param elastic from the label: runs only while the host holds a lease
 * @param pid of the first process as the host sees it; 0 when nothing runs
 * @param exitCode present only when it ended and there is evidence that this is the process's own code
 * @param error the engine's words on why it could not be started; empty otherwise
 */
public record ContainerState(
        String id,
        String name,
        String podId,
        int incarnation,
        String specHash,
        List<String> unitIds,
        boolean elastic,
        Status status,
        int pid,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        OptionalInt exitCode,
        boolean oomKilled,
        String error) {
    public enum Status {
        /** Never started, or its start failed: see {@link #error}. */
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        REMOVING,
        EXITED,
        /** Half removed; only a remove makes sense. */
        DEAD
    }

    public ContainerState {
        unitIds = List.copyOf(unitIds);
    }

    /** Whether a process of it may be running. */
    public boolean alive() {
        return switch (status) {
            case RUNNING, PAUSED, RESTARTING, REMOVING -> true;
            case CREATED, EXITED, DEAD -> pid != 0;
        };
    }
}
