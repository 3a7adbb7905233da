package dev.berth.cli.e2e;

import static dev.berth.cli.e2e.DeviceProbe.NVIDIA_MAJOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.Unit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pod gets exactly its GPUs, CPUs and memory, and gives them back. */
@Timeout(180)
final class PodOnGpuHostTest {
    private static final int CONTROL_NODE_MINOR = 255;

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void freeAllUnits() {
        cluster.clear();
    }

    @Test
    void podOfTwoGpusHoldsExactlyTheirDevicesCpuAndMemory() {
        Pod pod = deploy("two", "--gpus", "2", "--", "sh", "-c", "ls /dev/nvidia[0-9]*; exec sleep 600");
        assertThat(pod.getState()).isEqualTo(PodState.RUNNING);
        assertThat(pod.getGrant().getUnitIdsList()).hasSize(2);
        assertThat(pod.getSimulated()).isTrue();

        String container = onlyContainerOf(pod);
        Host host = cluster.host();
        List<Integer> minors = minors(host, pod, true);
        assertThat(gpuNodesInside(container)).hasSize(2);
        grantsExactly(container, minors, minors(host, pod, false).getFirst());
        enforcesTwoUnits(container, host);
        String log = cluster.berth("pod", "logs", "two").succeeded().out();
        assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("/dev/nvidia"));
        assertThat(cluster.host().getFreeUnits()).isEqualTo(LocalCluster.GPUS - 2);

        cluster.berth("pod", "terminate", "two", "--wait").succeeded();
        assertThat(Engine.containersOfPod(pod.getId())).isEmpty();
        assertThat(cluster.host().getFreeUnits()).isEqualTo(LocalCluster.GPUS);
    }

    @Test
    void twoPodsNeverShareAUnit() {
        Pod first = deploy("first", "--gpus", "3", "--", "sleep", "600");
        Pod second = deploy("second", "--gpus", "5", "--", "sleep", "600");
        assertThat(first.getGrant().getUnitIdsList())
                .doesNotContainAnyElementsOf(second.getGrant().getUnitIdsList());
        assertThat(cluster.host().getFreeUnits()).isZero();
        Execution third =
                cluster.berth("pod", "deploy", "third", "--gpus", "1", "--image", Engine.IMAGE, "--wait", "-o", "json");
        assertThat(LocalCluster.printed(third.endedWith(5)).getReason()).isEqualTo(Reason.INSUFFICIENT_RESOURCES);
        cluster.berth("pod", "terminate", "first", "second", "--wait").succeeded();
        assertThat(cluster.host().getFreeUnits()).isEqualTo(LocalCluster.GPUS);
    }

    @Test
    void pausedPodFreesItsUnitsAndRunsAgainUnderItsId() {
        Pod pod = deploy("paused", "--gpus", "4", "--", "sleep", "600");
        cluster.berth("pod", "pause", "paused", "--wait").succeeded();
        assertThat(cluster.pod(pod.getId()).getState()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.host().getFreeUnits()).isEqualTo(LocalCluster.GPUS);

        cluster.berth("pod", "run", "paused", "--wait").succeeded();
        Pod again = cluster.pod(pod.getId());
        assertThat(again.getState()).isEqualTo(PodState.RUNNING);
        assertThat(again.getIncarnation()).isEqualTo(pod.getIncarnation() + 1);
        assertThat(gpuNodesInside(onlyRunningContainerOf(again))).hasSize(4);
        cluster.berth("pod", "terminate", "paused", "--wait").succeeded();
        assertThat(Engine.containersOfPod(pod.getId())).isEmpty();
    }

    @Test
    void podWhoseProcessEndsIsStoppedWithItsCode() {
        cluster.berth("pod", "deploy", "brief", "--image", Engine.IMAGE, "--", "sh", "-c", "exit 7")
                .succeeded();
        Await.equal(
                "state of the pod",
                PodState.STOPPED,
                Duration.ofSeconds(30),
                () -> cluster.pod("brief").getState());
        Pod pod = cluster.pod("brief");
        assertThat(pod.getReason()).isEqualTo(Reason.CONTAINER_EXITED);
        assertThat(pod.getExitCode()).isEqualTo(7);
        cluster.berth("pod", "terminate", "brief", "--wait").succeeded();
    }

    /** The pod as a waiting deploy printed it. */
    private static Pod deploy(String name, String... words) {
        Stream<String> command = Stream.of("pod", "deploy", name, "--image", Engine.IMAGE, "--wait", "-o", "json");
        return LocalCluster.printed(
                cluster.berth(Stream.concat(command, Stream.of(words)).toArray(String[]::new))
                        .succeeded());
    }

    private static String onlyContainerOf(Pod pod) {
        assertThat(Engine.containersOfPod(pod.getId())).hasSize(1);
        return Engine.containersOfPod(pod.getId()).getFirst();
    }

    private static String onlyRunningContainerOf(Pod pod) {
        List<String> running = Engine.containersOfPod(pod.getId()).stream()
                .filter(container -> Engine.pidOf(container) > 0)
                .toList();
        assertThat(running).hasSize(1);
        return running.getFirst();
    }

    private static List<String> gpuNodesInside(String container) {
        return Engine.exec(container, "sh", "-c", "ls /dev/nvidia[0-9]*")
                .lines()
                .toList();
    }

    /** Minors of the units that the pod holds, or of those that it does not. */
    private static List<Integer> minors(Host host, Pod pod, boolean held) {
        return host.getUnitsList().stream()
                .filter(unit -> pod.getGrant().getUnitIdsList().contains(unit.getId()) == held)
                .map(Unit::getMinor)
                .toList();
    }

    private static void grantsExactly(String container, List<Integer> minors, int foreignMinor) {
        DeviceProbe probe = new DeviceProbe(container);
        for (int minor : minors) {
            assertThat(probe.open(minor)).as("own GPU, minor " + minor).isEqualTo(DeviceProbe.ENXIO);
        }
        assertThat(probe.open(foreignMinor))
                .as("GPU of nobody, minor " + foreignMinor)
                .isEqualTo(DeviceProbe.EPERM);
        if (!Cgroup.isVersion2()) {
            Cgroup cgroup = new Cgroup(Engine.pidOf(container));
            assertThat(cgroup.allDeviceRules()).doesNotContain("a *:* rwm");
            List<String> granted = Stream.concat(minors.stream(), Stream.of(CONTROL_NODE_MINOR))
                    .map(minor -> NVIDIA_MAJOR + ":" + minor)
                    .sorted()
                    .toList();
            assertThat(cgroup.deviceRules(NVIDIA_MAJOR).stream().map(rule -> rule.split(" ")[0]))
                    .containsExactlyElementsOf(granted);
        }
    }

    private static void enforcesTwoUnits(String container, Host host) {
        Cgroup cgroup = new Cgroup(Engine.pidOf(container));
        assertThat(cgroup.cpuHundredths()).isEqualTo(2L * host.getEnforcedUnitCpuHundredths());
        assertThat(cgroup.memoryBytes()).isEqualTo((2L * host.getEnforcedUnitMemoryMib()) << 20);
        assertThat(cgroup.swapBytesOnTop()).isZero();
    }
}
