package dev.berth.agent.gpu;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A host with GPUs that are made up: always the same ones for the same host id, with minors from a range that no other agent of
 * the machine has (see {@link MinorRange}). Answers at once; any thread. The device nodes are {@link SimulatedDevices}' work.
 */
public final class SimulatedGpuProbe implements GpuProbe {
    private final GpuInventory inventory;

    /**
     * @param model any name of a model that {@link GpuProfiles} knows
     * @param minorBase minor of the first GPU; the others follow
     * @throws IllegalArgumentException for an unknown model or minors that do not exist
     */
    public SimulatedGpuProbe(String hostId, String model, int gpus, int minorBase, SimulatedTopology topology) {
        if (gpus < 0 || minorBase < 0 || minorBase + gpus > MinorRange.MINORS) {
            throw new IllegalArgumentException(gpus + " simulated GPUs from minor " + minorBase
                    + " on do not fit: a machine has minors 0 to " + (MinorRange.MINORS - 1));
        }
        GpuProfiles profiles = GpuProfiles.load();
        GpuProfile profile = profiles.find(model);
        List<Gpu> made = new ArrayList<>();
        for (int index = 0; index < gpus; index++) {
            made.add(gpu(hostId, profile, index, minorBase + index, topology.numaNode(index, gpus)));
        }
        this.inventory = new GpuInventory(
                GpuInventory.Outcome.READ,
                true,
                Optional.of(profiles.driverVersion()),
                Optional.of(profiles.cudaVersion()),
                made,
                topology.links(made.stream().map(Gpu::uuid).toList()),
                List.of());
    }

    @Override
    public GpuInventory probe() {
        return inventory;
    }

    private static Gpu gpu(String hostId, GpuProfile profile, int index, int minor, OptionalInt numaNode) {
        UUID uuid = UUID.nameUUIDFromBytes(
                ("berth simulated gpu " + hostId + " " + index).getBytes(StandardCharsets.UTF_8));
        return new Gpu(
                "GPU-" + uuid,
                index,
                OptionalInt.of(minor),
                Optional.of(profile.nvmlName()),
                OptionalInt.of(profile.vramMib()),
                // Bus numbers from 1 on: bus 0 is the root complex's own.
                Optional.of("00000000:%02x:00.0".formatted(index + 1)),
                Optional.of(profile.computeCapability()),
                Optional.of(profile.architecture()),
                Optional.of(profile.brand()),
                numaNode,
                "",
                Optional.of(false),
                List.of(),
                GpuUse.IDLE);
    }
}
