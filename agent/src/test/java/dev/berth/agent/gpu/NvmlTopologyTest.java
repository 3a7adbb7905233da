package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How GPUs are wired, and the instances that MIG made of them, as a driver tells it. */
final class NvmlTopologyTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    @TempDir
    Path temp;

    static List<String> drivers() {
        return NvmlAbi.load().drivers();
    }

    private Scenario scenario() {
        return new Scenario(temp, FAKE.abi()).driver(FakeNvml.NEWEST, 13010);
    }

    private GpuInventory probe(Scenario scenario, String driver) {
        return scenario.probe(FAKE.library(driver), Duration.ofSeconds(30)).probe();
    }

    private static GpuLink link(int first, int second, GpuLink.Way way, int nvlinks) {
        return new GpuLink(Scenario.uuid(first), Scenario.uuid(second), way, nvlinks);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void nvlinksAreCountedThenTheNearestCommonAncestorTells(String driver) {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver(driver, 12040)
                .gpus(5, "A100 80GB")
                .line("gpu 0 nvlink 1")
                .line("gpu 0 nvlink off")
                .line("gpu 0 nvlink 1")
                .line("gpu 1 nvlink 0")
                .line("gpu 1 nvlink 0")
                .line("topology 0 1 50")
                .line("topology 0 2 20")
                .line("topology 1 2 10")
                .line("topology 0 3 30")
                .line("topology 1 3 40")
                .line("topology 2 3 50");
        GpuInventory inventory = probe(scenario, driver);
        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.links())
                .containsExactly(
                        link(0, 1, GpuLink.Way.NVLINK, 2),
                        link(0, 2, GpuLink.Way.SWITCH, 0),
                        link(0, 3, GpuLink.Way.SOCKET, 0),
                        link(1, 2, GpuLink.Way.SWITCH, 0),
                        link(1, 3, GpuLink.Way.SOCKET, 0));
    }

    @Test
    void gpusOnOneNvswitchReachEachOtherByAsManyLinksAsTheLesserHas() {
        Scenario scenario = scenario().gpus(3, "H200");
        for (int i = 0; i < 4; i++) {
            scenario.line("gpu 0 nvlink switch").line("gpu 1 nvlink switch");
        }
        scenario.line("gpu 2 nvlink switch").line("gpu 2 nvlink off");
        assertThat(probe(scenario, FakeNvml.NEWEST).links())
                .containsExactly(
                        link(0, 1, GpuLink.Way.NVLINK, 4),
                        link(0, 2, GpuLink.Way.NVLINK, 1),
                        link(1, 2, GpuLink.Way.NVLINK, 1));
    }

    @Test
    void whereTheDriverDoesNotTellTheNumaNodeDoes() throws IOException {
        Scenario scenario = scenario().gpus(3, "L40S").line("call nvmlDeviceGetTopologyCommonAncestor return 3");
        List<String> buses = List.of("1a", "2b", "3c");
        for (int i = 0; i < 3; i++) {
            Path node = temp.resolve("sys/bus/pci/devices/0000:" + buses.get(i) + ":00.0/numa_node");
            Files.createDirectories(node.getParent());
            Files.writeString(node, (i == 2 ? 1 : 0) + "\n");
        }
        GpuInventory inventory = probe(scenario, FakeNvml.NEWEST);
        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.links()).containsExactly(link(0, 1, GpuLink.Way.SOCKET, 0));
    }

    @Test
    void whereTheDriverNamesNoCpusThoseOfTheNodeAreNear() throws IOException {
        Scenario scenario = scenario().gpu("L40S").line("call nvmlDeviceGetCpuAffinity return 3");
        Path node = temp.resolve("sys/bus/pci/devices/0000:1a:00.0/numa_node");
        Files.createDirectories(node.getParent());
        Files.writeString(node, "1\n");
        Path cpus = temp.resolve("sys/devices/system/node/node1/cpulist");
        Files.createDirectories(cpus.getParent());
        Files.writeString(cpus, "16-31\n");
        assertThat(probe(scenario, FakeNvml.NEWEST).gpus().getFirst().cpuAffinity())
                .isEqualTo("16-31");
    }

    @Test
    void aLostGpuHasNoLinksAndHidesNoOthers() {
        Scenario scenario = scenario()
                .gpus(3, "A100 80GB")
                .line("topology 0 1 10")
                .line("topology 0 2 10")
                .line("topology 1 2 10")
                .line("call * gpu 1 return 15");
        assertThat(probe(scenario, FakeNvml.NEWEST).links()).containsExactly(link(0, 2, GpuLink.Way.SWITCH, 0));
    }

    private static final GpuUse USE = new GpuUse(OptionalInt.of(5), Optional.of(List.of()));

    private static String mig(int slot) {
        return "MIG-0000000%x-aaaa-bbbb-cccc-dddddddddddd".formatted(slot);
    }

    private static Scenario withInstance(Scenario scenario, int gpu, int slot, String profile, int memoryMib) {
        String instance = "mig " + gpu + " " + slot + " ";
        return scenario.line(instance + "uuid " + mig(slot))
                .line(instance + "name NVIDIA H200 MIG " + profile)
                .line(instance + "memory " + memoryMib);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void theInstancesOfASplitGpuAreReadAcrossEmptySlots(String driver) {
        Scenario scenario = new Scenario(temp, FAKE.abi())
                .driver(driver, 12040)
                .gpu("H200")
                .gpu("H200")
                .line("gpu 1 mig 1");
        withInstance(withInstance(scenario, 1, 0, "3g.71gb", 71_680), 1, 4, "1g.18gb", 16_384);
        GpuInventory inventory = probe(scenario, driver);
        assertThat(inventory.problems()).isEmpty();
        assertThat(inventory.gpus().get(0).migInstances()).isEmpty();
        assertThat(inventory.gpus().get(1).migInstances())
                .containsExactly(
                        new MigInstance(mig(0), "NVIDIA H200 MIG 3g.71gb", 71_680, USE),
                        new MigInstance(mig(4), "NVIDIA H200 MIG 1g.18gb", 16_384, USE));
    }

    @Test
    void anInstanceThatCannotBeReadIsAProblemAndHidesNoOther() {
        Scenario scenario = scenario().gpu("H200").line("gpu 0 mig 1");
        withInstance(withInstance(scenario, 0, 0, "1g.18gb", 16_384), 0, 1, "1g.18gb", 16_384);
        scenario.line("mig 0 1 uuid MIG-GPU-old/7/0");
        GpuInventory inventory = probe(scenario, FakeNvml.NEWEST);
        assertThat(inventory.problems()).singleElement().asString().contains("GPU 0 MIG slot 1");
        assertThat(inventory.gpus().getFirst().migInstances())
                .extracting(MigInstance::uuid)
                .containsExactly(mig(0));
    }

    @Test
    void aSplitGpuIsAskedForNoNvlinks() {
        Scenario scenario = scenario().gpus(2, "H200").line("gpu 0 mig 1").line("gpu 1 nvlink 0");
        probe(scenario, FakeNvml.NEWEST);
        List<String> asked = new ArrayList<>(scenario.calls());
        asked.removeIf(call -> !call.startsWith("nvmlDeviceGetNvLinkState"));
        assertThat(asked).noneMatch(call -> call.startsWith("nvmlDeviceGetNvLinkState 0 "));
    }
}
