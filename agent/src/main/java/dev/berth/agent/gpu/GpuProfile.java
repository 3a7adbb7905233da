package dev.berth.agent.gpu;

import java.util.List;

/**
 * The facts of a GPU model that a host can simulate, from {@link GpuProfiles}. Immutable.
 *
 * @param key short name: "rtx-4090"
 * @param nvmlName the driver's name: "NVIDIA GeForce RTX 4090"
 */
public record GpuProfile(
        String key,
        String nvmlName,
        List<String> aliases,
        int vramMib,
        ComputeCapability computeCapability,
        String architecture,
        String brand) {

    public GpuProfile {
        aliases = List.copyOf(aliases);
    }
}
