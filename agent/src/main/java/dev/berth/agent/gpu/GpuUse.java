package dev.berth.agent.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was going on on a GPU or on a MIG instance when it was probed. Immutable.
 *
 * @param usedMib framebuffer in use, without what the driver reserves for itself (only drivers before R510 count that in);
 *     absent where it could not be read
 * @param processes who computed on it; absent where that could not be read, empty also where the driver has no such list
 */
public record GpuUse(OptionalInt usedMib, Optional<List<GpuProcess>> processes) {
    public static final GpuUse UNKNOWN = new GpuUse(OptionalInt.empty(), Optional.empty());
    public static final GpuUse IDLE = new GpuUse(OptionalInt.of(0), Optional.of(List.of()));

    public GpuUse {
        processes = processes.map(List::copyOf);
    }
}
