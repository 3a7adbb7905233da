package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real binding, in its real process, against libraries with the exports of real drivers. */
final class NvmlDriversTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    static List<String> drivers() {
        return NvmlAbi.load().drivers();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyDriverGivesTheWholeInventory(String driver) throws IOException {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver(driver, 12040)
                .gpu("RTX 4090")
                .gpu("H100")
                .gpu("RTX 5090")
                .line("gpu 1 mig 1")
                .line("gpu 2 process 4242 1073741824")
                .line("gpu 2 process 4243 -1");
        Path node = temp.resolve("sys/bus/pci/devices/0000:2b:00.0/numa_node");
        Files.createDirectories(node.getParent());
        Files.writeString(node, "1\n");

        GpuInventory inventory = scenario.probe(FAKE.library(driver), LIMIT).probe();

        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.READ);
        assertThat(inventory.simulated()).isFalse();
        assertThat(inventory.driverVersion()).contains(driver);
        assertThat(inventory.cudaVersion()).contains(new CudaVersion(12, 4));
        assertThat(inventory.gpus()).containsExactlyElementsOf(gpusOfTheScenario());
    }

    private static List<Gpu> gpusOfTheScenario() {
        return List.of(
                new Gpu(
                        Scenario.uuid(0),
                        0,
                        OptionalInt.of(20),
                        Optional.of("NVIDIA GeForce RTX 4090"),
                        OptionalInt.of(24564),
                        Optional.of("00000000:1a:00.0"),
                        Optional.of(new ComputeCapability(8, 9)),
                        Optional.of("ADA"),
                        Optional.of("GEFORCE"),
                        OptionalInt.empty(),
                        "0-15,32-47",
                        Optional.empty(),
                        List.of(),
                        idle(List.of())),
                new Gpu(
                        Scenario.uuid(1),
                        1,
                        OptionalInt.of(19),
                        Optional.of("NVIDIA H100 80GB HBM3"),
                        OptionalInt.of(81559),
                        Optional.of("00000000:2b:00.0"),
                        Optional.of(new ComputeCapability(9, 0)),
                        Optional.of("HOPPER"),
                        Optional.of("NVIDIA"),
                        OptionalInt.of(1),
                        "16-31,48-63",
                        Optional.of(true),
                        List.of(),
                        idle(List.of())),
                new Gpu(
                        Scenario.uuid(2),
                        2,
                        OptionalInt.of(18),
                        Optional.of("NVIDIA GeForce RTX 5090"),
                        OptionalInt.of(32607),
                        Optional.of("00000000:3c:00.0"),
                        Optional.of(new ComputeCapability(12, 0)),
                        Optional.of("BLACKWELL"),
                        Optional.of("GEFORCE"),
                        OptionalInt.empty(),
                        "0-15,32-47",
                        Optional.empty(),
                        List.of(),
                        idle(List.of(
                                new GpuProcess(4242, OptionalInt.of(1024)),
                                new GpuProcess(4243, OptionalInt.empty())))));
    }

    /** What the fake driver tells of a GPU of which no more is said. */
    private static GpuUse idle(List<GpuProcess> processes) {
        return new GpuUse(OptionalInt.of(5), Optional.of(processes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"470.256.02", "525.147.05", "590.48.01"})
    void nothingIsCalledThatADriverLacksAndNothingAfterShutdown(String driver) {
        Scenario scenario = new Scenario(temp, FAKE.abi()).driver(driver, 12040).gpu("RTX 4090");
        scenario.probe(FAKE.library(driver), LIMIT).probe();
        List<String> calls = scenario.calls();
        assertThat(calls.getFirst()).isEqualTo("nvmlInit_v2 -1 0");
        assertThat(calls.getLast()).isEqualTo("nvmlShutdown -1 0");
        boolean old = driver.startsWith("470");
        assertThat(calls.contains("nvmlDeviceGetMemoryInfo_v2 0 0")).isEqualTo(!old);
        assertThat(calls.contains("nvmlDeviceGetMemoryInfo 0 0")).isEqualTo(old);
        assertThat(calls.contains("nvmlDeviceGetComputeRunningProcesses_v3 0 0"))
                .isEqualTo(!old);
        assertThat(calls.contains("nvmlDeviceGetComputeRunningProcesses_v2 0 0"))
                .isEqualTo(old);
    }

    @Test
    void structVersionThatADriverRefusesIsSteppedDown() {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver("525.147.05", 12000)
                .gpu("A40")
                .line("gpu 0 process 7 1048576")
                .line("call nvmlDeviceGetMemoryInfo_v2 return 25")
                .line("call nvmlDeviceGetComputeRunningProcesses_v3 return 25")
                .line("call nvmlDeviceGetComputeRunningProcesses_v2 return 3");
        GpuInventory inventory =
                scenario.probe(FAKE.library("525.147.05"), LIMIT).probe();
        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.gpus().getFirst().vramMib()).isEqualTo(OptionalInt.of(46068));
        assertThat(inventory.gpus().getFirst().processes()).containsExactly(new GpuProcess(7, OptionalInt.of(1)));
    }

    @Test
    void processesThatComeWhileTheyAreListedAreAllListed() {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver(FakeNvml.NEWEST, 13010)
                .gpu("A40")
                .line("gpu 0 process 7 1048576")
                .line("grow-processes 20");
        Gpu gpu = scenario.probe(FAKE.library(FakeNvml.NEWEST), LIMIT)
                .probe()
                .gpus()
                .getFirst();
        assertThat(gpu.processes()).hasSize(21).doesNotHaveDuplicates();
        assertThat(scenario.calls())
                .filteredOn(call -> call.startsWith("nvmlDeviceGetComputeRunningProcesses_v3"))
                .containsExactly(
                        "nvmlDeviceGetComputeRunningProcesses_v3 0 7",
                        "nvmlDeviceGetComputeRunningProcesses_v3 0 7",
                        "nvmlDeviceGetComputeRunningProcesses_v3 0 0");
    }

    @Test
    void processesOfADriverThatWritesThemFartherApartAreReadRight() {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver("535.54.03", 12020)
                .gpu("A40")
                .line("stride 32")
                .line("gpu 0 process 11 1048576")
                .line("gpu 0 process 12 2097152")
                .line("gpu 0 process 13 -1");
        Gpu gpu =
                scenario.probe(FAKE.library("535.261.03"), LIMIT).probe().gpus().getFirst();
        assertThat(gpu.processes())
                .containsExactly(
                        new GpuProcess(11, OptionalInt.of(1)),
                        new GpuProcess(12, OptionalInt.of(2)),
                        new GpuProcess(13, OptionalInt.empty()));
    }

    @Test
    void cudaVersionFallsBackWhenLibcudaIsNotThere() {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver("550.163.01", 12100)
                .line("call nvmlSystemGetCudaDriverVersion_v2 return 12");
        GpuInventory inventory =
                scenario.probe(FAKE.library("550.163.01"), LIMIT).probe();
        assertThat(inventory.cudaVersion()).contains(new CudaVersion(12, 10));
        assertThat(inventory.gpus()).isEmpty();
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.READ);
    }

    @Test
    void sixteenGpusAreListedInOrderOfTheirIndex() {
        Scenario scenario =
                new Scenario(temp, FAKE.abi()).driver(FakeNvml.NEWEST, 13010).gpus(16, "H200");
        GpuInventory inventory =
                scenario.probe(FAKE.library(FakeNvml.NEWEST), LIMIT).probe();
        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.gpus()).hasSize(16).extracting(Gpu::index).isSorted();
        assertThat(inventory.gpus())
                .allSatisfy(gpu -> assertThat(gpu.minor()).isEqualTo(OptionalInt.of(20 - gpu.index())));
    }
}
