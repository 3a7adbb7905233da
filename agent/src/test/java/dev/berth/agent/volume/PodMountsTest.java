package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodMountsTest {
    private final TestHost host = new TestHost();
    private final PodKey pod = new PodKey("pod1", 1);

    PodMountsTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void whatWasWrittenIsThereAfterTheNextMount() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path data = host.mountData(pod, key);
        Files.writeString(data.resolve("hello"), "world");
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(Files.exists(data)).isFalse();

        Path again = host.mountData(new PodKey("pod1", 2), key);
        assertThat(again.resolve("hello")).hasContent("world");
        assertThat(again.resolve("lost+found")).doesNotExist();
    }

    @Test
    void mountingAndUnmountingTwiceIsLikeOnce() {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path first = host.mountData(pod, key);
        assertThat(host.mountData(pod, key)).isEqualTo(first);
        assertThat(host.mounts.mounted()).hasSize(1);
        host.mounts.unmount(pod);
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void anOlderIncarnationIsRefusedEvenAfterARestart() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        PodKey second = new PodKey("pod1", 2);
        host.mountData(second, key);
        host.mounts.unmount(second);
        assertThatThrownBy(() ->
                        host.restarted().mount(pod, TestHost.TENANT, List.of(TestHost.workspace(key)), null, List.of()))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STALE_INCARNATION));
        assertThat(host.left()).isEmpty();
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void onlyItsOwnTenantsPodMountsAVolumeAndOnlyAsItsKind() {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        List<WantedMount> wanted = List.of(TestHost.workspace(key));
        refused(Kind.WRONG_OWNER, () -> host.mounts.mount(pod, "tenant-b", wanted, null, List.of()));
        refused(
                Kind.WRONG_OWNER,
                () -> host.mounts.mount(new PodKey("pod2", 1), TestHost.TENANT, wanted, null, List.of()));
        VolumeKey system = host.made(VolumeKind.SYSTEM, "pod1", 64);
        refused(Kind.WRONG_OWNER, () -> host.mountData(pod, system));
        refused(Kind.NOT_FOUND, () -> host.mountData(pod, new VolumeKey(key.volumeId(), 2)));
        assertThat(host.store.manifest(key).highestIncarnation()).isZero();
        assertThat(host.left()).isEmpty();
    }

    @Test
    void aVolumeThatIsMountedForAnotherIncarnationIsRefused() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path data = host.mountData(pod, key);
        refused(Kind.BUSY, () -> host.mountData(new PodKey("pod1", 2), key));
        // Nor is another generation of it, which a move or a restore made meanwhile.
        VolumeKey newer = new VolumeKey(key.volumeId(), 2);
        Files.copy(host.disk(key), host.store.partialDisk(newer));
        host.store.adopt(host.store.manifest(key).as(newer));
        refused(
                Kind.BUSY,
                () -> host.restarted()
                        .mount(
                                new PodKey("pod1", 2),
                                TestHost.TENANT,
                                List.of(TestHost.workspace(newer)),
                                null,
                                List.of()));
        Files.writeString(data.resolve("still"), "mounted");
        assertThat(host.mounts.leftovers()).containsExactly(pod);
    }

    @Test
    void oneVolumeThatCannotBeMountedUnmountsTheOthers() throws IOException {
        VolumeKey good = host.made(VolumeKind.POD, "pod1", 64);
        VolumeKey bad = host.made(VolumeKind.POD, "pod1", 64);
        Files.write(host.disk(bad), new byte[4096]);
        List<WantedMount> wanted =
                List.of(TestHost.workspace(good), new WantedMount.PodMountAt(bad, 0, "/other", false));
        refused(Kind.DAMAGED, () -> host.mounts.mount(pod, TestHost.TENANT, wanted, null, List.of()));
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void aRepeatThatFailsLeavesWhatAContainerMayUse() throws IOException {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        Path data = host.mountData(pod, key);
        List<WantedMount> more =
                List.of(TestHost.workspace(key), new WantedMount.PodMountAt(TestHost.key(), 0, "/other", false));
        refused(Kind.NOT_FOUND, () -> host.mounts.mount(pod, TestHost.TENANT, more, null, List.of()));
        Files.writeString(data.resolve("a"), "a");
        assertThat(host.mounts.mounted()).hasSize(1);
    }

    @Test
    void badMountPathsAreRefusedBeforeAnythingIsDone() {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        for (String path : List.of("/etc", "/a/../b", "/proc/x", "work")) {
            refused(
                    Kind.BAD_PATH,
                    () -> host.mounts.mount(
                            pod,
                            TestHost.TENANT,
                            List.of(new WantedMount.PodMountAt(key, 0, path, false)),
                            null,
                            List.of()));
        }
        for (String id : List.of("../x", "a/b", "", "a b", "pod.1")) {
            refused(Kind.BAD_PATH, () -> host.mounts.unmount(new PodKey(id, 1)));
        }
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void aRestartedAgentUnmountsWhatTheDeadOneLeftHalfMounted() throws IOException {
        VolumeKey system = host.made(VolumeKind.SYSTEM, "pod1", 64);
        VolumeKey data = host.made(VolumeKind.POD, "pod1", 64);
        List<WantedMount> wanted = List.of(new WantedMount.SystemMount(system, 0), TestHost.workspace(data));
        SystemImage image = LayeredImage.debianLike(host, "img").image();
        Path tree = host.mounts
                .mount(pod, TestHost.TENANT, wanted, image, List.of())
                .binds()
                .getFirst()
                .hostPath();
        Path root = Objects.requireNonNull(tree.getParent());
        Files.writeString(tree.resolve("mine"), "mine");
        // As if the agent had died between the steps of an unmount, or of a mount.
        TestHost.sh("umount " + root + " && rm " + root.resolveSibling("ready"));
        PodMounts restarted = host.restarted();
        assertThat(restarted.leftovers()).containsExactly(pod);
        Path again = restarted
                .mount(pod, TestHost.TENANT, wanted, image, List.of())
                .binds()
                .getFirst()
                .hostPath();
        assertThat(again.resolve("mine")).hasContent("mine");
        TestHost.sh("umount " + root);
        host.restarted().unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void anUnmountIsNotDoneWhileAnotherNamespaceHasTheVolume() throws Exception {
        VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);
        host.mountData(pod, key);
        Process other = new ProcessBuilder(
                        "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; read x")
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("in");
            PodMounts impatient = new PodMounts(host.store, host.folder.resolve("mounts"), Duration.ofMillis(300));
            refused(Kind.BUSY, () -> impatient.unmount(pod));
            // The table knows nothing of it any more, and the answer is still no.
            assertThat(host.mounts.mounted()).isEmpty();
            refused(Kind.BUSY, () -> impatient.unmount(pod));
            assertThat(host.mounts.leftovers()).containsExactly(pod);
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        host.mounts.unmount(pod);
        assertThat(host.left()).isEmpty();
        assertThat(host.mounts.leftovers()).isEmpty();
    }

    @Test
    void unexpectedFilesWhereVolumesAreMountedAreNeverDeleted() throws IOException {
        Path file = Files.createDirectories(host.folder.resolve("mounts/pod1.1/0000000000000077.1/fs"))
                .resolve("precious");
        Files.writeString(file, "precious");
        refused(Kind.CONFLICT, () -> host.mounts.unmount(pod));
        assertThat(file).hasContent("precious");
    }

    @Test
    void aNetworkVolumeIsAFolderBelowItsShareAndNoLink() throws IOException {
        Path share = Files.createDirectories(host.folder.resolve("share"));
        Path outside = Files.createDirectories(host.folder.resolve("outside"));
        WantedMount wanted = new WantedMount.NetworkMountAt("networkvolume001", share, "/data", true);
        assertThat(host.mounts
                        .mount(pod, TestHost.TENANT, List.of(wanted), null, List.of())
                        .binds())
                .containsExactly(new VolumeBind(share.resolve("berth-volumes/networkvolume001"), "/data", true));
        host.mounts.unmount(pod);
        assertThat(share.resolve("berth-volumes/networkvolume001")).isDirectory();

        Files.createSymbolicLink(share.resolve("berth-volumes/networkvolume002"), outside);
        refused(Kind.BAD_PATH, () -> NetworkVolume.folder(share, "networkvolume002", TestHost.TENANT));
        assertThatThrownBy(() -> NetworkVolume.folder(share, "../../../etc/pass", TestHost.TENANT))
                .isInstanceOf(IllegalArgumentException.class);
        refused(
                Kind.FAILED,
                () -> NetworkVolume.folder(host.folder.resolve("none"), "networkvolume001", TestHost.TENANT));
    }
}
