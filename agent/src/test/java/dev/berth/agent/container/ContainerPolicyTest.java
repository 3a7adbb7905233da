package dev.berth.agent.container;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.berth.agent.container.ContainerException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ContainerPolicyTest {
    private static final ContainerPolicy POLICY =
            new ContainerPolicy(Optional.of("/usr/bin/tini-static"), true, Map.of(), "/docker");

    private static ContainerPlan plan(GpuDevices gpus, List<String> entrypoint, List<String> command) {
        ImageFacts image = new ImageFacts(
                "sha256:1",
                "nvcr.io/x:1",
                "linux",
                "amd64",
                1,
                List.of("/entry", "-a"),
                List.of("cmd"),
                List.of(
                        "PATH=/bin",
                        "NVIDIA_VISIBLE_DEVICES=all",
                        "NVIDIA_MOFED=enabled",
                        "NVIDIA_REQUIRE_CUDA=cuda>=12"));
        return new ContainerPlan(
                "p1",
                2,
                image,
                entrypoint,
                command,
                new TreeMap<>(Map.of("A", "1", "NVIDIA_VISIBLE_DEVICES", "all")),
                List.of("GPU-1"),
                gpus,
                250,
                "0-1",
                1024,
                false);
    }

    private static ContainerPlan plan(GpuDevices gpus) {
        return plan(gpus, List.of(), List.of());
    }

    @Test
    void wordsAreCombinedAsDockerDoes() {
        GpuDevices none = new GpuDevices.None();
        assertThat(POLICY.argv(plan(none))).containsExactly("/.berth/init", "--", "/entry", "-a", "cmd");
        assertThat(POLICY.argv(plan(none, List.of(), List.of("x"))))
                .containsExactly("/.berth/init", "--", "/entry", "-a", "x");
        assertThat(POLICY.argv(plan(none, List.of("/bin/sh"), List.of())))
                .containsExactly("/.berth/init", "--", "/bin/sh");
        ContainerPolicy bare = new ContainerPolicy(Optional.empty(), true, Map.of(), "/docker");
        assertThat(bare.argv(plan(none, List.of("/bin/sh"), List.of("-c", "true"))))
                .containsExactly("/bin/sh", "-c", "true");
        assertThat(bare.hostConfig(plan(none)).getBinds()).isNullOrEmpty();
    }

    @Test
    void imageWithoutAnyCommandNeedsOne() {
        ImageFacts empty =
                new ImageFacts("sha256:1", "scratch:1", "linux", "amd64", 1, List.of(), List.of(), List.of());
        ContainerPlan plan = new ContainerPlan(
                "p1",
                1,
                empty,
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                new GpuDevices.None(),
                0,
                "",
                0,
                false);
        ContainerRuntimeContract.assertKind(Kind.CONTAINER_CREATE_ERROR, () -> POLICY.argv(plan));
    }

    @Test
    void cdiNamesAreRequestedWithoutCount() {
        ContainerPlan plan = plan(new GpuDevices.Cdi(List.of("nvidia.com/gpu=GPU-1")));
        HostConfig config = POLICY.hostConfig(plan);
        DeviceRequest request = requireNonNull(config.getDeviceRequests()).getFirst();
        assertThat(request.getDriver()).isEqualTo("cdi");
        assertThat(request.getDeviceIds()).containsExactly("nvidia.com/gpu=GPU-1");
        assertThat(request.getCount()).isNull();
        assertThat(POLICY.environment(plan)).contains("NVIDIA_VISIBLE_DEVICES=void", "NVIDIA_MOFED=");
    }

    @Test
    void nvidiaRequestNamesUuidsAndTheEnvironmentSaysTheSame() {
        ContainerPlan plan = plan(new GpuDevices.NvidiaRequest(List.of("GPU-1", "GPU-2")));
        DeviceRequest request =
                requireNonNull(POLICY.hostConfig(plan).getDeviceRequests()).getFirst();
        assertThat(request.getDriver()).isEqualTo("nvidia");
        assertThat(request.getDeviceIds()).containsExactly("GPU-1", "GPU-2");
        assertThat(request.getCapabilities()).containsExactly(List.of("gpu", "compute", "utility"));
        assertThat(request.getCount()).isNull();
        assertThat(POLICY.environment(plan))
                .containsExactly(
                        "A=1",
                        "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
                        "NVIDIA_MOFED=",
                        "NVIDIA_VISIBLE_DEVICES=GPU-1,GPU-2");
    }

    @Test
    void rawNodesAreReadAndWrittenNeverMade() {
        Device[] devices = POLICY.hostConfig(
                        plan(new GpuDevices.RawNodes(List.of(new DeviceNode("/srv/gpu7", "/dev/nvidia0")))))
                .getDevices();
        assertThat(devices).singleElement().satisfies(device -> {
            assertThat(device.getPathOnHost()).isEqualTo("/srv/gpu7");
            assertThat(device.getPathInContainer()).isEqualTo("/dev/nvidia0");
            assertThat(device.getcGroupPermissions()).isEqualTo("rw");
        });
    }

    @Test
    void limitsOfThePlanAreHardAndWithoutSwap() {
        HostConfig config = POLICY.hostConfig(plan(new GpuDevices.None()));
        assertThat(config.getMemory()).isEqualTo(1L << 30);
        assertThat(config.getMemorySwap()).isEqualTo(1L << 30);
        assertThat(config.getShmSize()).isEqualTo(1L << 29);
        assertThat(config.getCpuQuota()).isEqualTo(250_000);
        assertThat(config.getCpuPeriod()).isEqualTo(100_000);
        assertThat(config.getCpusetCpus()).isEqualTo("0-1");
    }

    @Test
    void limitsThatTheEngineCannotRaiseAreNotAskedFor() {
        ContainerPolicy bound =
                new ContainerPolicy(Optional.empty(), true, Map.of("nofile", 20_000L, "memlock", 8L), "/docker");
        assertThat(bound.ulimits())
                .extracting(Ulimit::getName, Ulimit::getSoftLong, Ulimit::getHardLong)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("core", 0L, 0L),
                        org.assertj.core.groups.Tuple.tuple("memlock", 8L, 8L),
                        org.assertj.core.groups.Tuple.tuple("nofile", 20_000L, 20_000L),
                        org.assertj.core.groups.Tuple.tuple("stack", 64L << 20, 64L << 20));
        assertThat(POLICY.ulimits()).extracting(Ulimit::getHardLong).containsExactly(0L, -1L, 1_048_576L, 64L << 20);
    }

    @Test
    void specHashTellsEveryDifferenceApart() {
        GpuDevices none = new GpuDevices.None();
        assertThat(plan(none).specHash()).isEqualTo(plan(none).specHash()).matches("[0-9a-f]{32}");
        assertThat(List.of(
                        plan(none).specHash(),
                        plan(none, List.of("a", "b"), List.of()).specHash(),
                        plan(none, List.of("a"), List.of("b")).specHash(),
                        plan(none, List.of("ab"), List.of()).specHash(),
                        plan(new GpuDevices.Cdi(List.of("x"))).specHash(),
                        plan(new GpuDevices.NvidiaRequest(List.of("x"))).specHash()))
                .doesNotHaveDuplicates();
    }

    @Test
    void engineVersionsMeetBetweenOldestAndNewestTested() {
        assertThat(EngineConnection.speak("20.10", "1.41").getVersion()).isEqualTo("1.41");
        assertThat(EngineConnection.speak("29.3", "1.54").getVersion()).isEqualTo("1.50");
        ContainerRuntimeContract.assertKind(Kind.ENGINE_UNAVAILABLE, () -> EngineConnection.speak("18.09", "1.39"));
    }

    @Test
    void labelsOfOtherClustersHostsAndNamesAreNotOurs() {
        ContainerLabels labels = new ContainerLabels("c1", "h1");
        ContainerPlan plan = plan(new GpuDevices.None());
        Map<String, String> own = labels.of(plan);
        assertThat(labels.read("/berth-p1-2", own)).hasValueSatisfying(mark -> {
            assertThat(mark.podId()).isEqualTo("p1");
            assertThat(mark.incarnation()).isEqualTo(2);
            assertThat(mark.unitIds()).containsExactly("GPU-1");
            assertThat(mark.specHash()).isEqualTo(plan.specHash());
        });
        assertThat(labels.read("/copy", own)).isEmpty();
        assertThat(labels.read("/berth-p1-2", Map.of())).isEmpty();
        assertThat(labels.read("/berth-p1-2", null)).isEmpty();
        assertThat(new ContainerLabels("c2", "h1").read("/berth-p1-2", own)).isEmpty();
        assertThat(new ContainerLabels("c1", "h2").read("/berth-p1-2", own)).isEmpty();
    }
}
