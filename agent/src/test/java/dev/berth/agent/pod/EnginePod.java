package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.DockerRuntime;
import dev.berth.agent.container.RuntimeSettings;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.UnitShare;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.Shares;
import dev.berth.agent.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Steps of one pod with volumes, on a real engine and the real kernel; leaves nothing behind however a test ends. */
final class EnginePod implements AutoCloseable {
    static final VolumeKey SYSTEM = new VolumeKey("s000000000000001", 1);
    static final VolumeKey DATA = new VolumeKey("d000000000000001", 1);

    final Path folder;
    final String name;
    final ShellImage images;
    final DockerRuntime runtime;
    final VolumeStore store;
    final HostVolumes volumes;
    final PodRunner runner;

    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private final String docker;
    private final PodMounts mounts;

    /** On the engine of this machine. */
    EnginePod() throws Exception {
        this(RuntimeSettings.DEFAULT_SOCKET, new SameThread());
    }

    EnginePod(Path socket, ExecutorService threads) throws Exception {
        docker = "docker -H unix://" + socket;
        folder = Files.createTempDirectory("berth-pod-test").toRealPath();
        name = "p" + Long.toString(System.nanoTime(), 36);
        images = new ShellImage(folder, name, docker);
        runtime = new DockerRuntime(RuntimeSettings.of(name).withSocket(socket));
        store = new VolumeStore(folder.resolve("volumes"));
        mounts = new PodMounts(store, folder.resolve("mounts"));
        DiskWatch watch = new DiskWatch(folder, 1L << 20, store, mounts);
        volumes = new HostVolumes(
                store, mounts, watch, new Shares(Collections.emptySortedMap(), folder.resolve("shares")), runtime);
        Injection injection = Injection.choose(
                new SimulatedGpuProbe(name, "RTX 4090", 1, 0, SimulatedTopology.FLAT).probe(),
                new EngineGpuSupport(false, new TreeSet<>(), false),
                folder);
        HostShare share =
                new HostShare(new UnitShare(100, 512, 100, 512), UnitShare.NONE, new TreeSet<>(), new TreeMap<>());
        runner = new PodRunner(
                runtime,
                new PodPlans(injection, share, "127.0.0.1", false),
                volumes,
                new HostImages(runtime, references -> {}),
                events::add,
                () -> true,
                UnitGate.OPEN,
                threads);
        runner.join("test-" + name);
    }

    @Override
    public void close() throws IOException {
        runtime.list().forEach(state -> runtime.remove(state.id()));
        mounts.leftovers().forEach(mounts::unmount);
        images.close();
        runtime.close();
        assertThat(ShellImage.sh("grep -c " + folder + " /proc/mounts || true")).isEqualTo("0");
        assertThat(ShellImage.sh("losetup -a | grep -c " + folder + " || true")).isEqualTo("0");
        ShellImage.sh("rm -rf " + folder);
    }

    Assignment pod(int incarnation, String image, String script, String preStop, PortBinding... ports) {
        ContainerSpec spec = new ContainerSpec(image, List.of(), List.of(), script, new TreeMap<>(), false);
        return new Assignment(
                name,
                incarnation,
                Goal.RUN,
                "tenant",
                spec,
                List.of(),
                100,
                128,
                20,
                2_000,
                false,
                List.of(
                        new VolumeMount(SYSTEM, VolumeKind.SYSTEM, "", ""),
                        new VolumeMount(DATA, VolumeKind.POD, "/workspace", "")),
                List.of(ports),
                preStop,
                0);
    }

    static Assignment forDevelopment(Assignment pod) {
        ContainerSpec spec = pod.container();
        return new Assignment(
                pod.podId(),
                pod.incarnation(),
                pod.goal(),
                pod.tenantId(),
                new ContainerSpec(
                        spec.image(), spec.entrypoint(), spec.command(), spec.shellCommand(), spec.env(), true),
                pod.unitIds(),
                pod.cpuHundredths(),
                pod.memoryMib(),
                pod.containerDiskGb(),
                pod.graceMillis(),
                pod.elastic(),
                pod.volumes(),
                pod.ports(),
                pod.preStopCommand(),
                pod.restarts());
    }

    StepOutcome step(Assignment pod, PodStep step) throws InterruptedException {
        return step(pod, step, "");
    }

    /** @param containerId of the container that there is; a mount with one is that of a restart */
    StepOutcome step(Assignment pod, PodStep step, String containerId) throws InterruptedException {
        List<VolumeOrder> orders = List.of(order(SYSTEM, VolumeKind.SYSTEM), order(DATA, VolumeKind.POD));
        runner.start(new StartStep(pod.key(), step, containerId, pod, orders));
        while (true) {
            AgentEvent event = events.poll(60, TimeUnit.SECONDS);
            if (event instanceof AgentEvent.StepFinished finished) {
                return finished.outcome();
            }
            assertThat(event).as("the end of " + step).isNotNull();
        }
    }

    private VolumeOrder order(VolumeKey key, VolumeKind kind) {
        return new VolumeOrder(key, CopyGoal.KEEP, kind, "tenant", name, 1, false, "", null, List.of(), 0);
    }

    /** Starts the pod and waits until its script has said so. */
    void launch(Assignment pod, String lastWord) throws Exception {
        for (PodStep step : List.of(PodStep.PULL, PodStep.MOUNT, PodStep.CREATE, PodStep.START)) {
            StepOutcome outcome = step(pod, step);
            assertThat(outcome)
                    .as("%s: %s", step, outcome)
                    .isInstanceOfAny(StepOutcome.Done.class, StepOutcome.Mounted.class);
        }
        awaitLog(pod, lastWord);
    }

    void awaitLog(Assignment pod, String word) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!log(pod).contains(word)) {
            assertThat(System.nanoTime() - end).as(log(pod)).isNegative();
        }
    }

    String log(Assignment pod) throws Exception {
        return ShellImage.sh(docker + " logs berth-" + pod.podId() + "-" + pod.incarnation());
    }

    void end(Assignment pod) throws Exception {
        for (PodStep step : List.of(PodStep.STOP, PodStep.UNMOUNT, PodStep.REMOVE)) {
            assertThat(step(pod, step)).as(step.toString()).isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(volumes.list().mounted()).isEmpty();
    }
}
