package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes real device nodes, so it needs root, as the agent does. */
final class SimulatedDevicesTest {
    @TempDir
    Path temp;

    @Test
    void nodesAreCharacterDevicesOfNvidiasMajorWithTheMinorsOfTheRange() throws IOException {
        SimulatedDevices devices = new SimulatedDevices(temp.resolve("dev"));
        devices.make(new MinorRange(16, 3));
        for (int minor = 16; minor < 19; minor++) {
            assertThat(DeviceNumber.of(devices.node(minor))).contains(new DeviceNumber(195, minor));
        }
        assertThat(DeviceNumber.of(devices.control())).contains(new DeviceNumber(195, 255));
        try (Stream<Path> made = Files.list(temp.resolve("dev"))) {
            assertThat(made.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("nvidia16", "nvidia17", "nvidia18", "nvidiactl");
        }
    }

    @Test
    void nodeHasNoDriverBehindItAndSaysSoWhenOpened() throws IOException {
        SimulatedDevices devices = new SimulatedDevices(temp.resolve("dev"));
        devices.make(new MinorRange(253, 1));
        assertThatThrownBy(() -> Files.newInputStream(devices.node(253)).close())
                .hasMessageContaining("No such device or address");
    }

    @Test
    void secondCallLeavesWhatIsRight() throws IOException {
        SimulatedDevices devices = new SimulatedDevices(temp.resolve("dev"));
        devices.make(new MinorRange(0, 2));
        Object before = Files.getAttribute(devices.node(1), "unix:ino");
        devices.make(new MinorRange(0, 2));
        assertThat(Files.getAttribute(devices.node(1), "unix:ino")).isEqualTo(before);
    }

    @Test
    void wrongNodesAreRepairedAndNodesOutsideTheRangeGo() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("dev"));
        SimulatedDevices devices = new SimulatedDevices(folder);
        devices.make(new MinorRange(4, 4));
        Files.move(devices.node(4), devices.node(9));
        Files.delete(devices.node(5));
        Files.writeString(devices.node(5), "a file where a shell's redirection met no node");
        Files.delete(devices.control());
        Files.createSymbolicLink(devices.control(), devices.node(6));

        devices.make(new MinorRange(4, 2));

        assertThat(DeviceNumber.of(devices.node(4))).contains(new DeviceNumber(195, 4));
        assertThat(DeviceNumber.of(devices.node(5))).contains(new DeviceNumber(195, 5));
        assertThat(DeviceNumber.of(devices.control())).contains(new DeviceNumber(195, 255));
        assertThat(Files.exists(devices.node(6), LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(Files.exists(devices.node(9), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void nodesOfTwoAgentsOfOneMachineAreDifferentDevices() throws IOException {
        MinorRegistry registry = new MinorRegistry(temp.resolve("shared"));
        List<DeviceNumber> numbers = new ArrayList<>();
        for (String host : List.of("a", "b")) {
            Path data = Files.createDirectories(temp.resolve(host));
            MinorRange range = registry.allocate(host, data, 8);
            SimulatedDevices devices = new SimulatedDevices(data.resolve("dev"));
            devices.make(range);
            SimulatedGpuProbe probe =
                    new SimulatedGpuProbe(host, "RTX 4090", 8, range.base(), SimulatedTopology.NVLINK_PAIRS);
            for (Gpu gpu : probe.probe().gpus()) {
                numbers.add(
                        DeviceNumber.of(devices.node(gpu.minor().orElseThrow())).orElseThrow());
            }
        }
        assertThat(numbers).hasSize(16).doesNotHaveDuplicates().allMatch(number -> number.major() == 195);
    }

    @Test
    void nothingIsMadeWhereARealDriverIsLoaded() throws IOException {
        Path loaded = Files.writeString(
                temp.resolve("devices"),
                "Character devices:\n  1 mem\n195 nvidia-frontend\n235 nvidia-uvm\n\nBlock devices:\n  7 loop\n");
        assertThatThrownBy(() -> new SimulatedDevices(temp.resolve("dev"), loaded).make(new MinorRange(0, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("195 nvidia-frontend");
        assertThat(temp.resolve("dev")).doesNotExist();

        Path unloaded = Files.writeString(
                temp.resolve("devices"), "Character devices:\n  1 mem\n 19 x195 \n\nBlock devices:\n195 other\n");
        new SimulatedDevices(temp.resolve("dev"), unloaded).make(new MinorRange(0, 1));
        assertThat(DeviceNumber.of(temp.resolve("dev/nvidia0"))).contains(new DeviceNumber(195, 0));
    }

    @Test
    void folderWhereANodeBelongsIsNotDeleted() throws IOException {
        SimulatedDevices devices = new SimulatedDevices(temp.resolve("dev"));
        Files.createDirectories(devices.node(0).resolve("precious"));
        assertThatThrownBy(() -> devices.make(new MinorRange(0, 1))).hasMessageContaining("is a folder");
        assertThat(devices.node(0).resolve("precious")).isDirectory();
    }

    @Test
    void whatIsNoDeviceHasNoNumber() throws IOException {
        assertThat(DeviceNumber.of(temp)).isEqualTo(Optional.empty());
        assertThat(DeviceNumber.of(temp.resolve("absent"))).isEqualTo(Optional.empty());
        assertThat(DeviceNumber.of(Path.of("/dev/null"))).contains(new DeviceNumber(1, 3));
    }
}
