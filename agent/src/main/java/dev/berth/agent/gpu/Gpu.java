package dev.berth.agent.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One GPU as the driver (or the simulation) describes it. Only the UUID and the driver's index are sure to be there; what could not
 * be read is absent and never zero, and its reason stands in {@link GpuInventory#problems()}. Immutable.
 *
 * @param uuid {@code GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}, the only name of a GPU that outlives a reboot
 * @param index the driver's index, in order of PCI bus; moves when a GPU is lost
 * @param minor N of /dev/nvidiaN; differs from the index on mixed boxes
 * @param name the model as the driver names it: "NVIDIA GeForce RTX 4090"
 * @param vramMib whole framebuffer
 * @param pciBusId lower case, 8-digit domain: {@code 00000000:3b:00.0}
 * @param architecture as in NVML's constants: "ADA"
 * @param brand as in NVML's constants, without prefix: "GEFORCE"
 * @param numaNode node of the PCI slot
 * @param cpuAffinity the CPUs nearest the GPU as a kernel list, "0-15,32-47"; empty where nothing is known
 * @param migEnabled whether the GPU is split into MIG instances and thus cannot be given whole
 * @param migInstances where it is split, the instances that are ready
 * @param use what was going on on it; of one that MIG split, on all its instances
 */
public record Gpu(
        String uuid,
        int index,
        OptionalInt minor,
        Optional<String> name,
        OptionalInt vramMib,
        Optional<String> pciBusId,
        Optional<ComputeCapability> computeCapability,
        Optional<String> architecture,
        Optional<String> brand,
        OptionalInt numaNode,
        String cpuAffinity,
        Optional<Boolean> migEnabled,
        List<MigInstance> migInstances,
        GpuUse use) {

    public Gpu {
        migInstances = List.copyOf(migInstances);
    }

    /** Who computed on it when it was probed; empty also where that could not be read. */
    public List<GpuProcess> processes() {
        return use.processes().orElse(List.of());
    }
}
