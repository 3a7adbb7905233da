package dev.berth.agent.gpu;

/**
 * An instance into which MIG split a GPU, ready to compute: a unit of a model of its own. Immutable.
 *
 * @param uuid {@code MIG-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}
 * @param name model and profile as the driver names it: "NVIDIA H200 MIG 1g.18gb"
 */
public record MigInstance(String uuid, String name, int vramMib, GpuUse use) {}
