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
import dev.berth.agent.model.FailureReason;
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
import dev.berth.agent.volume.VolumeStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps of pods with volumes, on the real engine and the real kernel. Needs root and Docker. */
class DockerPodTest {
    private static final VolumeKey SYSTEM = new VolumeKey("s000000000000001", 1);
    private static final VolumeKey DATA = new VolumeKey("d000000000000001", 1);

    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private final Path folder;
    private final String name;
    private final ShellImage images;
    private final DockerRuntime runtime;
    private final HostVolumes volumes;
    private final PodMounts mounts;
    private final PodRunner runner;

    DockerPodTest() throws Exception {
        folder = Files.createTempDirectory("berth-pod-test").toRealPath();
        name = "p" + Long.toString(System.nanoTime(), 36);
        images = new ShellImage(folder, name);
        runtime = new DockerRuntime(RuntimeSettings.of(name));
        VolumeStore store = new VolumeStore(folder.resolve("volumes"));
        mounts = new PodMounts(store, folder.resolve("mounts"));
        DiskWatch watch = new DiskWatch(folder, 1L << 20, store, mounts);
        volumes = new HostVolumes(store, mounts, watch, new TreeMap<>());
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
                new SameThread());
    }

    @BeforeEach
    void join() {
        runner.join("test-" + name);
        events.clear();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        runtime.list().forEach(state -> runtime.remove(state.id()));
        mounts.leftovers().forEach(mounts::unmount);
        images.close();
        runtime.close();
        assertThat(ShellImage.sh("grep -c " + folder + " /proc/mounts || true")).isEqualTo("0");
        assertThat(ShellImage.sh("losetup -a | grep -c " + folder + " || true")).isEqualTo("0");
        ShellImage.sh("rm -rf " + folder);
    }

    private Assignment pod(int incarnation, String image, String script, String preStop, PortBinding... ports) {
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

    private StepOutcome step(Assignment pod, PodStep step) throws InterruptedException {
        List<VolumeOrder> orders = List.of(order(SYSTEM, VolumeKind.SYSTEM), order(DATA, VolumeKind.POD));
        runner.start(new StartStep(pod.key(), step, "", pod, orders));
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
    private void launch(Assignment pod, String lastWord) throws Exception {
        for (PodStep step : List.of(PodStep.PULL, PodStep.MOUNT, PodStep.CREATE, PodStep.START)) {
            StepOutcome outcome = step(pod, step);
            assertThat(outcome)
                    .as("%s: %s", step, outcome)
                    .isInstanceOfAny(StepOutcome.Done.class, StepOutcome.Mounted.class);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!log(pod).contains(lastWord)) {
            assertThat(System.nanoTime() - end).as(log(pod)).isNegative();
        }
    }

    private String log(Assignment pod) throws Exception {
        return ShellImage.sh("docker logs berth-" + pod.podId() + "-" + pod.incarnation());
    }

    private void end(Assignment pod) throws Exception {
        for (PodStep step : List.of(PodStep.STOP, PodStep.UNMOUNT, PodStep.REMOVE)) {
            assertThat(step(pod, step)).as(step.toString()).isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(volumes.list().mounted()).isEmpty();
    }

    @Test
    void whatAPodWritesIsThereInItsNextIncarnationUnderAnotherImage() throws Exception {
        Assignment first = pod(
                1,
                images.make("v1"),
                "echo e >/etc/mine; echo u >/usr/mine; echo o >/opt/mine; echo w >/workspace/mine;"
                        + " echo d >/var/lib/db/mine; echo done; sleep 100",
                "echo stopped >/workspace/stopped");
        launch(first, "done");
        end(first);
        Assignment second = pod(
                2,
                images.make("v2"),
                "cat /etc/version /etc/mine /usr/mine /workspace/mine /workspace/stopped /var/lib/db/mine;"
                        + " ls /opt; cat /proc/mounts; echo done; sleep 100",
                "");
        launch(second, "done");
        assertThat(log(second)).startsWith("v2\ne\nu\nw\nstopped\nd\n").contains("tmpfs /run/secrets tmpfs");
        assertThat(log(second)).doesNotContain("o\n");
        StepOutcome older = step(first, PodStep.PULL);
        assertThat(older).isInstanceOf(StepOutcome.Done.class);
        end(second);
        assertThat(step(first, PodStep.MOUNT))
                .as("an older incarnation never writes again")
                .isInstanceOfSatisfying(
                        StepOutcome.Refused.class,
                        refused -> assertThat(refused.failure().reason()).isEqualTo(FailureReason.VOLUME_ERROR));
    }

    @Test
    void aWriterHitsTheEndOfItsVolumeAndTheHostDoesNot() throws Exception {
        Assignment pod = pod(
                1,
                images.make("v1"),
                "while cat /usr/bin/sh; do :; done 2>/tmp/err >/workspace/big; cat /tmp/err; echo done; sleep 100",
                "");
        launch(pod, "done");
        assertThat(log(pod)).contains("No space left on device");
        end(pod);
    }

    @Test
    void aPortInUseIsAConflictAndARestartKeepsTheContainer() throws Exception {
        Assignment quiet = pod(1, images.make("v1"), "echo r >>/opt/runs; cat /opt/runs; echo done; sleep 100", "");
        launch(quiet, "done");
        assertThat(step(quiet, PodStep.STOP)).isInstanceOf(StepOutcome.Done.class);
        assertThat(step(quiet, PodStep.START_AGAIN)).isInstanceOf(StepOutcome.Done.class);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!log(quiet).contains("r\nr\ndone")) {
            assertThat(System.nanoTime() - end).as(log(quiet)).isNegative();
        }
        assertThat(runtime.writtenBytes(runtime.list().getFirst().id())).isPositive();
        end(quiet);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Assignment loud = pod(2, images.make("v1"), "sleep 100", "", new PortBinding(80, taken.getLocalPort()));
            assertThat(step(loud, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
            assertThat(step(loud, PodStep.MOUNT)).isInstanceOf(StepOutcome.Mounted.class);
            assertThat(step(loud, PodStep.CREATE)).isInstanceOf(StepOutcome.Done.class);
            assertThat(step(loud, PodStep.START))
                    .isInstanceOfSatisfying(
                            StepOutcome.Refused.class,
                            refused -> assertThat(refused.failure().reason()).isEqualTo(FailureReason.PORT_CONFLICT));
            end(loud);
        }
    }
}
