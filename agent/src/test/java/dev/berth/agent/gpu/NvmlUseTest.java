package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of the use of a GPU and of MIG instances: what could not be read is never taken for nothing. */
final class NvmlUseTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String INSTANCE = "MIG-00000001-aaaa-bbbb-cccc-dddddddddddd";

    @TempDir
    Path temp;

    private Scenario oneGpu(String driver) {
        return new Scenario(temp, FAKE.abi()).driver(driver, 12040).gpu("H200");
    }

    private static GpuInventory probe(Scenario scenario, String driver) {
        GpuInventory inventory = scenario.probe(FAKE.library(driver), LIMIT).probe();
        assertThat(inventory.outcome()).as("%s", inventory.problems()).isEqualTo(GpuInventory.Outcome.READ);
        return inventory;
    }

    private static GpuUse use(Scenario scenario, String driver) {
        return probe(scenario, driver).gpus().getFirst().use();
    }

    @ParameterizedTest
    @ValueSource(strings = {"470.256.02", "535.261.03", "590.48.01"})
    void memoryInUseIsReadAndWhatTheDriverReservesIsNotPartOfIt(String driver) {
        assertThat(use(oneGpu(driver).line("gpu 0 used 412"), driver))
                .isEqualTo(new GpuUse(OptionalInt.of(412), Optional.of(List.of())));
    }

    @Test
    void moreMemoryInUseThanThereIsIsAbsentAndAProblem() {
        GpuInventory inventory = probe(oneGpu(FakeNvml.NEWEST).line("gpu 0 used 999999"), FakeNvml.NEWEST);
        assertThat(inventory.gpus().getFirst().vramMib()).isPresent();
        assertThat(inventory.gpus().getFirst().use().usedMib()).isEmpty();
        assertThat(inventory.problems())
                .singleElement()
                .asString()
                .startsWith("GPU 0: of its memory")
                .endsWith("which cannot be");
    }

    @Test
    void processesThatCannotBeReadAreAbsentAndNotNone() {
        GpuInventory inventory = probe(
                oneGpu(FakeNvml.NEWEST).line("call nvmlDeviceGetComputeRunningProcesses_v3 return 4"), FakeNvml.NEWEST);
        assertThat(inventory.gpus().getFirst().use().processes()).isEmpty();
        assertThat(inventory.problems()).singleElement().asString().startsWith("GPU 0: its processes cannot be read");
    }

    @Test
    void aGpuWhoseDriverListsNoProcessesHasNone() {
        Scenario scenario = oneGpu(FakeNvml.NEWEST);
        for (String suffix : List.of("_v3", "_v2", "")) {
            scenario.line("call nvmlDeviceGetComputeRunningProcesses" + suffix + " return 3");
        }
        assertThat(use(scenario, FakeNvml.NEWEST).processes()).contains(List.of());
    }

    private Scenario split() {
        return oneGpu(FakeNvml.NEWEST)
                .line("gpu 0 mig 1")
                .line("gpu 0 process 77 1048576")
                .line("mig 0 1 uuid " + INSTANCE)
                .line("mig 0 1 name NVIDIA H200 MIG 1g.18gb")
                .line("mig 0 1 memory 16384");
    }

    @Test
    void anInstanceHasItsOwnMemoryAndProcesses() {
        Scenario scenario = split().line("mig 0 1 used 300").line("mig 0 1 process 99 2097152");
        Gpu gpu = probe(scenario, FakeNvml.NEWEST).gpus().getFirst();
        assertThat(gpu.migInstances())
                .containsExactly(new MigInstance(
                        INSTANCE,
                        "NVIDIA H200 MIG 1g.18gb",
                        16_384,
                        new GpuUse(OptionalInt.of(300), Optional.of(List.of(new GpuProcess(99, OptionalInt.of(2)))))));
        assertThat(gpu.processes()).containsExactly(new GpuProcess(77, OptionalInt.of(1)));
    }

    @Test
    void processesOfAnInstanceThatTheDriverDoesNotKeepApartAreAbsent() {
        // 33: the fake counts instances behind its 32 GPUs, slot by slot.
        Scenario scenario = split();
        for (String suffix : List.of("_v3", "_v2", "")) {
            scenario.line("call nvmlDeviceGetComputeRunningProcesses" + suffix + " gpu 33 return 3");
        }
        GpuInventory inventory = probe(scenario, FakeNvml.NEWEST);
        assertThat(inventory.gpus().getFirst().migInstances().getFirst().use())
                .isEqualTo(new GpuUse(OptionalInt.of(5), Optional.empty()));
        assertThat(inventory.gpus().getFirst().processes()).hasSize(1);
        assertThat(inventory.problems()).isEmpty();
    }
}
