package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.DeviceNode;
import dev.berth.agent.container.GpuDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InjectionTest {
    private static final String A = "GPU-aaaaaaaa-0000-0000-0000-000000000000";
    private static final String B = "GPU-bbbbbbbb-0000-0000-0000-000000000000";
    private static final EngineGpuSupport NOTHING = new EngineGpuSupport(false, Set.of(), false);

    @TempDir
    Path dev;

    @Test
    void cdiIsChosenWhenTheEngineKnowsEveryGpuByUuid() {
        Injection injection = choose(new EngineGpuSupport(
                true,
                Set.of("nvidia.com/gpu=all", "nvidia.com/gpu=0", "nvidia.com/gpu=" + A, "nvidia.com/gpu=" + B),
                true));
        assertThat(injection.way()).isEqualTo(Injection.Way.CDI);
        assertThat(injection.devices(List.of(B))).isEqualTo(new GpuDevices.Cdi(List.of("nvidia.com/gpu=" + B)));
    }

    @Test
    void staleCdiSpecFallsBackToTheNvidiaDriverAndSaysWhichGpuItLacks() {
        Injection injection = choose(new EngineGpuSupport(true, Set.of("nvidia.com/gpu=" + A), true));
        assertThat(injection.way()).isEqualTo(Injection.Way.NVIDIA_REQUEST);
        assertThat(injection.reason()).contains(B).doesNotContain(A);
        assertThat(injection.devices(List.of(A, B))).isEqualTo(new GpuDevices.NvidiaRequest(List.of(A, B)));
    }

    @Test
    void cdiNamesOfAnEngineWithCdiSwitchedOffAreNotUsed() {
        Injection injection =
                choose(new EngineGpuSupport(false, Set.of("nvidia.com/gpu=" + A, "nvidia.com/gpu=" + B), true));
        assertThat(injection.way()).isEqualTo(Injection.Way.NVIDIA_REQUEST);
    }

    @Test
    void withoutAToolkitGpusAreNodesByMinorAndNotByIndex() throws IOException {
        Files.createFile(dev.resolve("nvidia-uvm"));
        Injection injection = choose(NOTHING);
        assertThat(injection.way()).isEqualTo(Injection.Way.RAW_NODES);
        assertThat(injection.devices(List.of(A)))
                .isEqualTo(new GpuDevices.RawNodes(List.of(
                        new DeviceNode(dev + "/nvidia3", "/dev/nvidia3"),
                        new DeviceNode(dev + "/nvidiactl", "/dev/nvidiactl"),
                        new DeviceNode(dev + "/nvidia-uvm", "/dev/nvidia-uvm"))));
    }

    @Test
    void gpuWithoutKnownMinorIsRefusedAsANode() {
        Injection injection = choose(NOTHING);
        assertThatThrownBy(() -> injection.devices(List.of(A, B)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(B);
    }

    @Test
    void simulatedGpusAreAlwaysNodesAndExactlyTheirs() throws IOException {
        Files.createFile(dev.resolve("nvidia-uvm"));
        GpuInventory inventory = new SimulatedGpuProbe("h", "RTX 4090", 8, 16, SimulatedTopology.NVLINK_PAIRS).probe();
        Set<String> names =
                Set.of("nvidia.com/gpu=" + inventory.gpus().getFirst().uuid());
        Injection injection = Injection.choose(inventory, new EngineGpuSupport(true, names, true), dev);
        assertThat(injection.way()).isEqualTo(Injection.Way.RAW_NODES);
        List<String> uuids =
                List.of(inventory.gpus().get(5).uuid(), inventory.gpus().get(2).uuid());
        assertThat(injection.devices(uuids))
                .isEqualTo(new GpuDevices.RawNodes(List.of(
                        new DeviceNode(dev + "/nvidia21", "/dev/nvidia21"),
                        new DeviceNode(dev + "/nvidia18", "/dev/nvidia18"),
                        new DeviceNode(dev + "/nvidiactl", "/dev/nvidiactl"))));
    }

    @Test
    void podWithoutGpusGetsNoneWhateverTheWay() {
        assertThat(choose(NOTHING).devices(List.of())).isEqualTo(new GpuDevices.None());
        assertThat(choose(new EngineGpuSupport(false, Set.of(), true)).devices(List.of()))
                .isEqualTo(new GpuDevices.None());
    }

    @Test
    void gpuOfAnotherHostIsRefused() {
        assertThatThrownBy(() ->
                        choose(new EngineGpuSupport(false, Set.of(), true)).devices(List.of("GPU-other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GPU-other");
    }

    private Injection choose(EngineGpuSupport engine) {
        GpuInventory inventory = new GpuInventory(
                GpuInventory.Outcome.READ,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(gpu(A, 0, OptionalInt.of(3)), gpu(B, 1, OptionalInt.empty())),
                List.of(),
                List.of());
        return Injection.choose(inventory, engine, dev);
    }

    private static Gpu gpu(String uuid, int index, OptionalInt minor) {
        return new Gpu(
                uuid,
                index,
                minor,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                "",
                Optional.empty(),
                List.of(),
                GpuUse.UNKNOWN);
    }
}
