package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedGpuProbeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RTX 4090",
                "NVIDIA GeForce RTX 4090",
                "rtx-4090",
                "rtx4090",
                "GeForce RTX 4090",
                "NVIDIA_RTX_4090_24G"
            })
    void modelIsFoundByAnyOfItsNames(String name) {
        Gpu gpu = new SimulatedGpuProbe("h1", name, 1, 0, SimulatedTopology.NVLINK_PAIRS)
                .probe()
                .gpus()
                .getFirst();
        assertThat(gpu.name()).contains("NVIDIA GeForce RTX 4090");
        assertThat(gpu.vramMib()).isEqualTo(OptionalInt.of(24564));
        assertThat(gpu.computeCapability()).contains(new ComputeCapability(8, 9));
        assertThat(gpu.architecture()).contains("ADA");
    }

    @Test
    void unknownModelIsRefusedWithTheModelsThatAreKnown() {
        assertThatThrownBy(() -> new SimulatedGpuProbe("h1", "RTX 9999", 8, 0, SimulatedTopology.NVLINK_PAIRS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"RTX 9999\"")
                .hasMessageContaining("NVIDIA GeForce RTX 4090")
                .hasMessageContaining("NVIDIA H200");
    }

    @Test
    void sameHostHasTheSameGpusAndAnotherHostHasOthers() {
        List<Gpu> first = new SimulatedGpuProbe("h1", "H200", 8, 16, SimulatedTopology.NVLINK_PAIRS)
                .probe()
                .gpus();
        assertThat(new SimulatedGpuProbe("h1", "H200", 8, 16, SimulatedTopology.NVLINK_PAIRS)
                        .probe()
                        .gpus())
                .isEqualTo(first);
        Set<String> uuids = new HashSet<>();
        first.forEach(gpu -> uuids.add(gpu.uuid()));
        new SimulatedGpuProbe("h2", "H200", 8, 16, SimulatedTopology.NVLINK_PAIRS)
                .probe()
                .gpus()
                .forEach(gpu -> uuids.add(gpu.uuid()));
        assertThat(uuids).hasSize(16).allMatch(uuid -> uuid.matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
    }

    @Test
    void minorsFollowTheBaseAndTheInventorySaysSimulated() {
        GpuInventory inventory = new SimulatedGpuProbe("h1", "RTX 5090", 3, 40, SimulatedTopology.NVLINK_PAIRS).probe();
        assertThat(inventory.simulated()).isTrue();
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.READ);
        assertThat(inventory.gpus())
                .extracting(gpu -> gpu.minor().orElseThrow())
                .containsExactly(40, 41, 42);
        assertThat(inventory.gpus()).extracting(Gpu::index).containsExactly(0, 1, 2);
        assertThat(inventory.cudaVersion()).isEqualTo(Optional.of(new CudaVersion(13, 1)));
    }

    @Test
    void hostWithoutGpusAndTheWholeRangeOfMinorsAreAllowedAndOneMoreIsNot() {
        assertThat(new SimulatedGpuProbe("h1", "L4", 0, 0, SimulatedTopology.NVLINK_PAIRS)
                        .probe()
                        .gpus())
                .isEmpty();
        assertThat(new SimulatedGpuProbe("h1", "L4", 254, 0, SimulatedTopology.NVLINK_PAIRS)
                        .probe()
                        .gpus())
                .hasSize(254);
        assertThatThrownBy(() -> new SimulatedGpuProbe("h1", "L4", 8, 247, SimulatedTopology.NVLINK_PAIRS))
                .hasMessageContaining("0 to 253");
        assertThatThrownBy(() -> new SimulatedGpuProbe("h1", "L4", -1, 0, SimulatedTopology.NVLINK_PAIRS))
                .hasMessageContaining("-1");
    }

    @Test
    void everyProfileHasAllFactsAndIsFoundByEachOfItsNames() {
        GpuProfiles profiles = GpuProfiles.load();
        assertThat(profiles.all()).hasSizeGreaterThan(15);
        for (GpuProfile profile : profiles.all()) {
            assertThat(profile.vramMib()).as(profile.key()).isGreaterThan(8000);
            assertThat(profiles.find(profile.key())).isEqualTo(profile);
            assertThat(profiles.find(profile.nvmlName())).isEqualTo(profile);
            assertThat(profile.aliases())
                    .allSatisfy(alias -> assertThat(profiles.find(alias)).isEqualTo(profile));
        }
    }

    @Test
    void cudaVersionsAreComparedAsTwoNumbers() {
        assertThat(new CudaVersion(12, 10)).isGreaterThan(new CudaVersion(12, 2));
        assertThat(new CudaVersion(13, 0)).isGreaterThan(new CudaVersion(12, 10));
    }
}
