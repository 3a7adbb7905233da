package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.CopyCondition;
import dev.berth.proto.v1.CopyGoal;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodPort;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodVolume;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeCopy;
import dev.berth.proto.v1.VolumeState;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pod has written is there again after pauses, edits and moves; what it must not have is not. */
@Timeout(240)
final class VolumeOnHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BYTES = 256 << 10;
    /** Takes some seconds to move. */
    private static final int LARGE_BYTES = 500 << 20;

    private static final List<String> KEPT =
            List.of("/etc/kept", "/usr/kept", "/root/kept", "/var/kept", "/home/kept", "/workspace/kept");

    private static TwoHosts cluster;
    private static SecondImage second;

    @BeforeAll
    static void startCluster() {
        cluster = TwoHosts.start();
        second = new SecondImage();
    }

    @AfterAll
    static void stopCluster() {
        try {
            second.close();
        } finally {
            cluster.close();
        }
    }

    @AfterEach
    void leaveNothingMounted() {
        client().terminateAll();
        Await.equal("mounts and loop devices", List.of(), LIMIT, () -> cluster.mounts());
    }

    @Test
    void filesIdNameAndPortsStayAcrossAnEditAndFilesAcrossAMove() throws IOException {
        Pod pod = cluster.deploy(
                "keeper",
                "--gpus",
                "1",
                "--pod-volume",
                "1",
                "--port",
                "8000/tcp",
                "--",
                "python3",
                "-m",
                "http.server",
                "8000");
        PodFiles files = new PodFiles(pod.getId());
        SortedMap<String, String> written = files.write(BYTES, KEPT);
        files.write(BYTES, List.of("/opt/kept"));
        assertThat(written).hasSize(KEPT.size());
        answers(pod);

        berth("pod", "pause", "keeper", "--wait");
        berth("pod", "edit", "keeper", "--image", second.name, "--gpus", "2");
        berth("pod", "run", "keeper", "--wait");

        Pod again = client().pod("keeper");
        assertThat(again.getId()).isEqualTo(pod.getId());
        assertThat(again.getHostId()).isEqualTo(pod.getHostId());
        assertThat(again.getGrant().getUnitIdsList()).hasSize(2);
        assertThat(hostPorts(again)).isEqualTo(hostPorts(pod));
        answers(again);
        assertThat(files.hashes(KEPT)).isEqualTo(written);
        assertThat(files.has("/opt/kept")).isFalse();
        assertThat(files.has(SecondImage.IN_OPT)).isTrue();
        assertThat(files.run("cat", SecondImage.IN_USR)).isEqualTo("second\n");

        berth("pod", "pause", "keeper", "--wait");
        cluster.occupy(pod.getHostName());
        berth("pod", "run", "keeper", "--wait", "--wait-timeout", "90s");

        Pod moved = client().pod("keeper");
        assertThat(moved.getHostName()).isEqualTo(TwoHosts.other(pod.getHostName()));
        assertThat(files.hashes(KEPT)).isEqualTo(written);
        answers(moved);
        for (PodVolume volume : moved.getVolumesList()) {
            hasMoved(volume.getVolumeId(), pod.getHostId(), moved.getHostId());
        }
    }

    @Test
    void bothAgentsKilledInTheMiddleOfAMoveLoseNothing() {
        Pod pod = cluster.deploy("mover", "--gpus", "1", "--pod-volume", "2", "--", "sleep", "600");
        PodFiles files = new PodFiles(pod.getId());
        List<String> paths = List.of("/etc/kept", "/workspace/large");
        SortedMap<String, String> written = files.write(LARGE_BYTES, paths.subList(1, 2));
        written.putAll(files.write(BYTES, paths.subList(0, 1)));
        berth("pod", "pause", "mover", "--wait");
        cluster.occupy(pod.getHostName());

        berth("pod", "run", "mover");
        String large = volumeAt(pod, "/workspace");
        Await.equal(
                "the large volume is on its way",
                true,
                LIMIT,
                () -> copies(large)
                        .anyMatch(copy -> copy.getCondition() == CopyCondition.COPY_FETCHING && copy.getPercent() > 0));
        cluster.agent(pod.getHostName()).kill();
        cluster.agent(TwoHosts.other(pod.getHostName())).kill();
        assertThat(copies(large))
                .as("the old copy still is the one that counts")
                .anyMatch(copy -> copy.getHostId().equals(pod.getHostId()) && copy.getGoal() == CopyGoal.COPY_KEEP)
                .anyMatch(copy -> copy.getGoal() == CopyGoal.COPY_FETCH);
        cluster.agent(TwoHosts.EAST).start();
        cluster.agent(TwoHosts.WEST).start();
        cluster.awaitHosts();

        Await.equal(
                "the state of the pod",
                PodState.RUNNING,
                LIMIT,
                () -> client().pod("mover").getState());
        Pod moved = client().pod("mover");
        assertThat(moved.getHostName()).isEqualTo(TwoHosts.other(pod.getHostName()));
        assertThat(files.hashes(paths)).isEqualTo(written);
        for (PodVolume volume : moved.getVolumesList()) {
            hasMoved(volume.getVolumeId(), pod.getHostId(), moved.getHostId());
        }
    }

    private static String volumeAt(Pod pod, String path) {
        return pod.getVolumesList().stream()
                .filter(volume -> volume.getMountPath().equals(path))
                .map(PodVolume::getVolumeId)
                .findFirst()
                .orElseThrow();
    }

    /** The one copy that counts is on the new host, and the old one is in the trash of the old host. */
    private static void hasMoved(String volumeId, String from, String to) {
        Await.equal(
                "the old copy of " + volumeId + " is in the trash",
                true,
                LIMIT,
                () -> copies(volumeId)
                        .anyMatch(copy -> copy.getHostId().equals(from)
                                && copy.getGoal() == CopyGoal.COPY_TRASH
                                && copy.getCondition() == CopyCondition.COPY_TRASHED));
        Volume volume = client().volume(volumeId);
        assertThat(volume.getHostId()).isEqualTo(to);
        assertThat(volume.getState()).isEqualTo(VolumeState.VOLUME_READY);
        assertThat(volume.getCopiesList()).hasSize(2);
        assertThat(copies(volumeId).filter(copy -> copy.getGoal() == CopyGoal.COPY_KEEP))
                .singleElement()
                .satisfies(copy -> {
                    assertThat(copy.getHostId()).isEqualTo(to);
                    assertThat(copy.getGeneration()).isEqualTo(volume.getGeneration());
                });
    }

    private static Client client() {
        return cluster.client();
    }

    private static void berth(String... words) {
        client().berth(words).succeeded();
    }

    private static Stream<VolumeCopy> copies(String volumeId) {
        return client().volume(volumeId).getCopiesList().stream();
    }

    private static List<Integer> hostPorts(Pod pod) {
        return pod.getPortsList().stream().map(PodPort::getHostPort).toList();
    }

    /** The pod's one port becomes ready, and a stranger gets through to it. */
    private static void answers(Pod pod) throws IOException {
        Await.equal(
                "port 8000 is ready",
                true,
                LIMIT,
                () -> client().pod(pod.getId()).getPorts(0).getReady());
        PodPort port = client().pod(pod.getId()).getPorts(0);
        try (Socket socket = new Socket(port.getAddress(), port.getHostPort())) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
