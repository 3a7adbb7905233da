package dev.berth.agent.gpu;

import java.util.OptionalInt;

/**
 * A process that computed on a GPU when the GPU was probed.
 *
 * @param pid in the host's namespace
 * @param usedMib absent where the driver does not tell, as within containers
 */
public record GpuProcess(int pid, OptionalInt usedMib) {}
