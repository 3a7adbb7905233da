package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodVolume;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeKind;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What actions leave of a pod's disks, on real containers: sizes hold, restarts keep, resets drop, trash gives back. */
@Timeout(240)
final class PodActionsOnHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BYTES = 256 << 10;
    private static final List<String> KEPT =
            List.of("/etc/kept", "/usr/kept", "/root/kept", "/var/kept", "/home/kept", "/workspace/kept");

    private static TwoHosts cluster;

    @BeforeAll
    static void startCluster() {
        cluster = TwoHosts.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void leaveNothingMounted() {
        client().terminateAll();
        Await.equal("mounts and loop devices", List.of(), LIMIT, () -> cluster.mounts());
    }

    @Test
    void processThatWritesPastItsVolumeGetsNoSpaceAndTheHostDoesNot() {
        Pod pod = cluster.deploy("greedy", "--gpus", "1", "--pod-volume", "1", "--", "sleep", "600");
        PodFiles files = new PodFiles(pod.getId());
        SortedMap<String, String> written = files.write(BYTES, KEPT);
        long before = usedBytes(pod);

        for (String target : List.of("/workspace/big", "/root/big")) {
            Execution greedy = files.attempt("dd", "if=/dev/zero", "of=" + target, "bs=1M", "count=1100");
            assertThat(greedy.exitCode()).isNotZero();
            assertThat(greedy.err()).contains("No space left on device");
            files.run("rm", target);
        }

        assertThat(usedBytes(pod) - before).isLessThan(2L << 30);
        assertThat(files.hashes(KEPT)).isEqualTo(written);
        assertThat(client().pod("greedy").getState()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void restartKeepsTheContainerDiskResetDropsItAndALockedPodRefusesBoth() {
        Pod pod = cluster.deploy("again", "--gpus", "1", "--", "sleep", "600");
        PodFiles files = new PodFiles(pod.getId());
        List<String> both = List.of("/opt/disk", "/root/volume");
        SortedMap<String, String> written = files.write(BYTES, both);

        berth("pod", "restart", "again", "--wait");
        assertThat(files.hashes(both)).isEqualTo(written);
        berth("pod", "lock", "again");
        client().berth("pod", "reset", "again").endedWith(4);
        client().berth("pod", "pause", "again").endedWith(4);
        client().berth("pod", "terminate", "again").endedWith(4);
        assertThat(files.hashes(both)).isEqualTo(written);
        berth("pod", "unlock", "again");
        berth("pod", "reset", "again", "--wait");

        assertThat(files.hashes(both)).containsOnlyKeys("/root/volume").containsAllEntriesOf(written.tailMap("/root"));
        Pod now = client().pod("again");
        assertThat(now.getGrant()).isEqualTo(pod.getGrant());
        assertThat(now.getHostId()).isEqualTo(pod.getHostId());
    }

    @Test
    void rescueRunsWithoutGpusWhereTheVolumesAre() {
        Pod pod = cluster.deploy("rescued", "--gpus", "1", "--", "sleep", "600");
        PodFiles files = new PodFiles(pod.getId());
        SortedMap<String, String> written = files.write(BYTES, List.of("/root/kept"));
        berth("pod", "pause", "rescued", "--wait");
        cluster.occupy(pod.getHostName());

        berth("pod", "run", "rescued", "--without-gpus", "--wait");

        Pod rescue = client().pod("rescued");
        assertThat(rescue.getWithoutGpus()).isTrue();
        assertThat(rescue.getHostId()).isEqualTo(pod.getHostId());
        assertThat(rescue.getGrant().getUnitIdsList()).isEmpty();
        assertThat(files.hashes(List.of("/root/kept"))).isEqualTo(written);
        assertThat(files.attempt("sh", "-c", "ls /dev/nvidia[0-9]*").exitCode()).isNotZero();
    }

    @Test
    void volumeOfAnEndedPodIsRestoredIntoAnother() {
        Pod ended = cluster.deploy("ended", "--gpus", "1", "--pod-volume", "1", "--", "sleep", "600");
        SortedMap<String, String> written = new PodFiles(ended.getId()).write(BYTES, KEPT);
        berth("pod", "terminate", "ended", "--wait");
        List<Volume> trashed = trashedOf(ended);
        assertThat(trashed)
                .extracting(Volume::getKind)
                .containsExactlyInAnyOrder(VolumeKind.SYSTEM_VOLUME, VolumeKind.POD_VOLUME);

        Pod heir = cluster.deploy("heir", "--gpus", "1", "--pod-volume", "1", "--", "sleep", "600");
        berth("pod", "pause", "heir", "--wait");
        for (Volume volume : trashed) {
            berth("volume", "restore", volume.getId(), "--pod", "heir");
        }
        berth("pod", "run", "heir", "--wait", "--wait-timeout", "90s");

        assertThat(new PodFiles(heir.getId()).hashes(KEPT)).isEqualTo(written);
        assertThat(client().pod("heir").getVolumesList())
                .extracting(PodVolume::getVolumeId)
                .containsExactlyInAnyOrderElementsOf(
                        trashed.stream().map(Volume::getId).toList());
    }

    private static Client client() {
        return cluster.client();
    }

    private static void berth(String... words) {
        client().berth(words).succeeded();
    }

    private static List<Volume> trashedOf(Pod pod) {
        return client().volumes("--trashed").getVolumesList().stream()
                .filter(volume -> volume.getPodId().equals(pod.getId()))
                .toList();
    }

    /** Bytes of the disk that the agent of the pod's host has taken. */
    private static long usedBytes(Pod pod) {
        String data = cluster.agent(pod.getHostName()).data().toString();
        String out = Execution.run(List.of("du", "-s", "-x", "-B1", data))
                .succeeded()
                .out();
        return Long.parseLong(out.split("\t")[0]);
    }
}
