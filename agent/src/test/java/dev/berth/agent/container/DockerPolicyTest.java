package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel grants a container that the policy made: devices, limits, rights. As seen from the host. */
final class DockerPolicyTest {
    /**
     * Null, zero, full, random, urandom, tty, console, ptmx, pts, tun; and mknod, which needs a capability that is not
     * given.
     */
    private static final List<String> DOCKERS_OWN_DEVICES = List.of(
            "c 1:3 rwm",
            "c 1:5 rwm",
            "c 1:7 rwm",
            "c 1:8 rwm",
            "c 1:9 rwm",
            "c 5:0 rwm",
            "c 5:1 rwm",
            "c 5:2 rwm",
            "c 136:* rwm",
            "c 10:200 rwm",
            "c *:* m",
            "b *:* m");

    /** Minors that no simulated host of this machine is likely to use. */
    private static final int FIRST_MINOR = 231;

    private static EngineTestImage image;

    @TempDir
    private Path folder;

    private final String prefix = "q" + EngineTestImage.randomName();
    private DockerRuntime runtime;
    private int pods;

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    @BeforeEach
    void openRuntime() {
        runtime = new DockerRuntime(RuntimeSettings.of("host1"));
        runtime.join(image.clusterId);
    }

    @AfterEach
    void removeContainers() {
        runtime.list().forEach(state -> runtime.remove(state.id()));
        runtime.close();
    }

    private ContainerPlan plan(GpuDevices gpus, SortedMap<String, String> env, int cpuHundredths, String... words) {
        pods++;
        return new ContainerPlan(
                prefix + pods,
                1,
                runtime.ensureImage(image.reference, PullProgress.NONE),
                List.of(),
                List.of(words),
                env,
                List.of("GPU-1"),
                gpus,
                cpuHundredths,
                "0",
                64,
                false);
    }

    private ContainerState run(ContainerPlan plan) {
        runtime.start(runtime.create(plan));
        return runtime.inspect(plan.name()).orElseThrow();
    }

    private List<String> log(ContainerPlan plan) {
        Recorder log = new Recorder();
        runtime.logs(plan.name(), 1000, false, log);
        Await.until("the end of the log of " + plan.name(), () -> !log.ends.isEmpty());
        return log.lines.stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    private Path node(String name, int minor) throws Exception {
        Path node = folder.resolve(name);
        mknod(node, minor);
        return node;
    }

    private static void mknod(Path path, int minor) throws Exception {
        Process mknod = new ProcessBuilder("mknod", path.toString(), "c", "195", Integer.toString(minor))
                .inheritIO()
                .start();
        assertThat(mknod.waitFor())
                .as("mknod needs root: run the tests as root")
                .isZero();
    }

    @Test
    void exactlyTheGivenNodesAreGranted() throws Exception {
        List<DeviceNode> nodes = new ArrayList<>();
        for (int gpu = 0; gpu < 2; gpu++) {
            nodes.add(new DeviceNode(node("gpu" + gpu, FIRST_MINOR + gpu).toString(), "/dev/nvidia" + gpu));
        }
        nodes.add(new DeviceNode(node("ctl", 255).toString(), "/dev/nvidiactl"));
        ContainerPlan plan = plan(
                new GpuDevices.RawNodes(nodes),
                new TreeMap<>(),
                100,
                "await",
                "/go",
                "open",
                "/dev/nvidia0",
                "open",
                "/dev/nvidia1",
                "open",
                "/dev/nvidiactl",
                "open",
                "/dev/nvidia2",
                "say",
                "done",
                "sleep");
        ContainerState running = run(plan);
        Path root = Path.of("/proc/" + running.pid() + "/root");
        mknod(root.resolve("dev/nvidia2"), FIRST_MINOR + 2);
        Files.createFile(root.resolve("go"));
        Await.until("the container's report", () -> log(plan).contains("done"));

        assertThat(log(plan))
                .containsExactly(
                        "/dev/nvidia0 ENXIO",
                        "/dev/nvidia1 ENXIO",
                        "/dev/nvidiactl ENXIO",
                        "/dev/nvidia2 EPERM",
                        "done");
        Path list = Path.of("/sys/fs/cgroup/devices/docker/" + running.id() + "/devices.list");
        if (runtime.engine().cgroupVersion() == 1) {
            assertThat(Files.readAllLines(list))
                    .filteredOn(line -> line.contains(" 195:"))
                    .containsExactlyInAnyOrder(
                            "c 195:" + FIRST_MINOR + " rw", "c 195:" + (FIRST_MINOR + 1) + " rw", "c 195:255 rw");
            assertThat(Files.readAllLines(list))
                    .filteredOn(line -> !line.contains(" 195:"))
                    .isSubsetOf(DOCKERS_OWN_DEVICES);
        }
    }

    @Test
    void limitsAreTheKernels() throws Exception {
        // Sixteen CPUs and more: a quota above what the machine has binds nothing and is no error.
        ContainerPlan plan = plan(new GpuDevices.None(), new TreeMap<>(), 1650, "sleep");
        ContainerState running = run(plan);

        boolean first = runtime.engine().cgroupVersion() == 1;
        assertThat(cgroup(running, "memory", first ? "memory.limit_in_bytes" : "memory.max"))
                .isEqualTo("67108864");
        assertThat(cgroup(running, "pids", "pids.max")).isEqualTo("32768");
        assertThat(cgroup(running, "cpu", first ? "cpu.cfs_quota_us" : "cpu.max"))
                .isEqualTo(first ? "1650000" : "1650000 100000");
        assertThat(cgroup(running, "cpuset", "cpuset.cpus")).isEqualTo("0");
        assertThat(Files.readString(Path.of("/proc/" + running.pid() + "/oom_score_adj"))
                        .strip())
                .isEqualTo("500");
        assertThat(Files.readAllLines(Path.of("/proc/" + running.pid() + "/mounts")))
                .anyMatch(line -> line.contains(" /dev/shm ") && line.contains("size=32768k"));
    }

    private static String cgroup(ContainerState state, String hierarchy, String file) throws Exception {
        for (String group : List.of("docker/" + state.id(), "system.slice/docker-" + state.id() + ".scope")) {
            for (Path path : List.of(
                    Path.of("/sys/fs/cgroup", hierarchy, group, file), Path.of("/sys/fs/cgroup", group, file))) {
                if (Files.exists(path)) {
                    return Files.readString(path).strip();
                }
            }
        }
        throw new AssertionError("no " + file + " for container " + state.id());
    }

    @Test
    void rightsAreTheShortListAndCannotGrow() throws Exception {
        ContainerPlan plan = plan(new GpuDevices.None(), new TreeMap<>(), 100, "sleep");
        Map<String, String> status = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/" + run(plan).pid() + "/status"))) {
            status.put(line.split(":", 2)[0], line.split(":", 2)[1].strip());
        }
        // chown dac_override fowner fsetid kill setgid setuid net_bind_service sys_chroot audit_write
        long meant = 1 | 1L << 1 | 1L << 3 | 1L << 4 | 1L << 5 | 1L << 6 | 1L << 7 | 1L << 10 | 1L << 18 | 1L << 29;
        assertThat(Long.parseUnsignedLong(status.get("CapBnd"), 16)).isEqualTo(meant);
        assertThat(Long.parseUnsignedLong(status.get("CapEff"), 16)).isEqualTo(meant);
        assertThat(status).containsEntry("NoNewPrivs", "1").containsEntry("Seccomp", "2");
    }

    @Test
    void environmentGrantsNoGpu() {
        SortedMap<String, String> env = new TreeMap<>(Map.of("MINE", "a=b", "NVIDIA_MIG_CONFIG_DEVICES", "all"));
        env.put(ContainerPolicy.VISIBLE_DEVICES, "all");
        ContainerPlan plan = plan(
                new GpuDevices.None(),
                env,
                100,
                "env",
                "MINE",
                "env",
                "FROM_IMAGE",
                "env",
                "NVIDIA_VISIBLE_DEVICES",
                "env",
                "NVIDIA_MIG_CONFIG_DEVICES");
        run(plan);
        Await.until("its end", () -> runtime.inspect(plan.name()).orElseThrow().status() == Status.EXITED);
        assertThat(log(plan))
                .containsExactly(
                        "MINE=a=b", "FROM_IMAGE=yes", "NVIDIA_VISIBLE_DEVICES=void", "NVIDIA_MIG_CONFIG_DEVICES unset");
    }

    @Test
    void imagesOwnCommandRunsUnderInitWhereThePlanHasNone() throws Exception {
        ContainerPlan plan = plan(new GpuDevices.None(), new TreeMap<>(), 100);
        ContainerState running = run(plan);
        Await.until("its line", () -> log(plan).equals(List.of("from the image")));
        assertThat(Files.readString(Path.of("/proc/" + running.pid() + "/cmdline")))
                .isEqualTo("/.berth/init\0--\0/pod\0say\0from the image\0sleep\0");
    }

    @Test
    void containerMadeOtherwiseUnderOurNameIsNotAccepted() {
        ContainerPlan plan = plan(new GpuDevices.None(), new TreeMap<>(), 100, "sleep");
        Map<String, String> labels = new ContainerLabels(image.clusterId, "host1").of(plan);
        ContainerPolicy policy = new ContainerPolicy(
                runtime.engine().initPath(),
                true,
                EngineProcess.bindingLimits(RuntimeSettings.DEFAULT_SOCKET),
                Cgroups.parent(runtime.engine().cgroupDriver()));
        var command = policy.fill(image.client.createContainerCmd(plan.image().id()), plan, labels);
        Objects.requireNonNull(command.getHostConfig()).withPrivileged(true).withPidMode("host");
        command.exec();

        ContainerRuntimeContract.assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.create(plan));
        assertThat(runtime.inspect(plan.name()).orElseThrow().status()).isEqualTo(Status.CREATED);
    }

    @Test
    void startThatFailsSaysWhyAndRemovesNothing() {
        ContainerPlan plan = plan(
                new GpuDevices.RawNodes(List.of(new DeviceNode(folder + "/nosuch", "/dev/nvidia0"))),
                new TreeMap<>(),
                100,
                "sleep");
        String id = runtime.create(plan);
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                        ContainerException.class, () -> runtime.start(id)))
                .hasMessageContaining(folder + "/nosuch")
                .extracting(ContainerException::kind)
                .isEqualTo(Kind.CONTAINER_CREATE_ERROR);
        ContainerState left = runtime.inspect(plan.name()).orElseThrow();
        assertThat(left.status()).isEqualTo(Status.CREATED);
        assertThat(left.exitCode()).isEmpty();
        assertThat(left.error()).contains("nosuch");
    }
}
