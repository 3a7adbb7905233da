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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel and e2fsprogs make of a volume's file: its limit, its growth, its damage. */
class FileSystemTest {
    private final TestHost host = new TestHost();
    private final PodKey pod = new PodKey("pod1", 1);
    private final VolumeKey key = host.made(VolumeKind.POD, "pod1", 64);

    FileSystemTest() throws IOException {}

    @AfterEach
    void close() {
        host.close();
    }

    private long allocated() {
        return VolumeListing.allocatedBytes(List.of(host.volumes)).getOrDefault(host.disk(key), 0L);
    }

    private void damagedWith(String script, String words) {
        TestHost.sh(script);
        String before = TestHost.sh("sha256sum " + host.disk(key));
        assertThatThrownBy(() -> host.mountData(pod, key))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED));
        assertThat(TestHost.sh("sha256sum " + host.disk(key))).isEqualTo(before);
        assertThat(host.left()).isEmpty();
    }

    /** Of the first table; 8 of them are reserved: 1 is the root's, 7 the journal's, counted from 0. */
    private String inodesOfNoise(int first, int count) {
        return "f=" + host.disk(key)
                + "; t=$(dumpe2fs $f 2>/dev/null | sed -n 's/.*Inode table at \\([0-9]*\\).*/\\1/p' | head -1);"
                + " bs=$(dumpe2fs -h $f 2>/dev/null | sed -n 's/^Block size: *//p');"
                + " is=$(dumpe2fs -h $f 2>/dev/null | sed -n 's/^Inode size:[[:space:]]*//p');"
                + " dd if=/dev/urandom of=$f bs=$is seek=$((t * bs / is + " + first + ")) count=" + count
                + " conv=notrunc 2>/dev/null";
    }

    @Test
    void aWriterAtTheLimitGetsNoSpaceAndTheHostKeepsIts() throws IOException {
        Path data = host.mountData(pod, key);
        String said = TestHost.sh("LC_ALL=C dd if=/dev/zero of=" + data + "/big bs=1M count=500 2>&1 || true");
        assertThat(said).contains("No space left on device");
        TestHost.sh("sync -f " + data);
        long allocated = allocated();
        assertThat(allocated).isBetween(40 * TestHost.MIB, 65 * TestHost.MIB);

        // What is deleted becomes a hole again, so that it is neither kept nor moved.
        Files.delete(data.resolve("big"));
        host.mounts.unmount(pod);
        assertThat(allocated()).isLessThan(16 * TestHost.MIB);
    }

    @Test
    void aVolumeGrowsAndNeverShrinks() throws IOException {
        Path data = host.mountData(pod, key);
        Files.writeString(data.resolve("a"), "a");
        boolean now = host.store.grow(key, 512 * TestHost.MIB);
        assertThat(now).isEqualTo(Capabilities.mayGrowMounted());
        if (!now) {
            host.mounts.unmount(pod);
            host.mountData(pod, key);
        }
        assertThat(host.store.grow(key, 512 * TestHost.MIB)).isTrue();
        assertThat(Files.getFileStore(data).getTotalSpace()).isGreaterThan(450 * TestHost.MIB);
        assertThat(data.resolve("a")).hasContent("a");
        assertThatThrownBy(() -> host.store.grow(key, 511 * TestHost.MIB))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED_SIZE));
        host.mounts.unmount(pod);
        assertThat(TestHost.shStatus("e2fsck -fn " + host.disk(key))).isZero();
    }

    @Test
    void aGrowthThatWasCutOffAfterItsRecordIsFinishedByTheNextMount() throws IOException {
        host.store.record(host.store.manifest(key).withSize(400 * TestHost.MIB));
        Path data = host.mountData(pod, key);
        assertThat(Files.getFileStore(data).getTotalSpace()).isGreaterThan(350 * TestHost.MIB);
    }

    @Test
    void aFileSystemThatLostItsPowerIsReplayed() throws IOException {
        Path data = host.mountData(pod, key);
        Files.writeString(data.resolve("a"), "a");
        TestHost.sh("cd " + data + " && for i in $(seq 200); do echo $i >f$i; done && sync -f . && cp --sparse=always "
                + host.disk(key) + " " + host.folder + "/crashed");
        host.mounts.unmount(pod);
        TestHost.sh("cp --sparse=always " + host.folder + "/crashed " + host.disk(key));
        assertThat(TestHost.sh("dumpe2fs -h " + host.disk(key) + " 2>&1")).contains("needs_recovery");
        Path again = host.mountData(pod, key);
        assertThat(again.resolve("a")).hasContent("a");
        assertThat(again.resolve("f200")).hasContent("200");
    }

    @Test
    void aDamagedFileIsNamedSoAndItsBytesStay() {
        damagedWith(
                "dd if=/dev/urandom of=" + host.disk(key) + " bs=4096 count=1 conv=notrunc 2>/dev/null", "superblock");
        damagedWith(": >" + host.disk(key), "superblock");
    }

    @Test
    void damageBeyondAJournalIsLeftAsItWasBeforeTheReplay() {
        Path data = host.mountData(pod, key);
        TestHost.sh("cd " + data
                + " && mkdir d && for i in $(seq 300); do echo $i >d/f$i; done && sync -f . && cp --sparse=always "
                + host.disk(key) + " " + host.folder + "/crashed");
        host.mounts.unmount(pod);
        TestHost.sh("cp --sparse=always " + host.folder + "/crashed " + host.disk(key));
        // A journal to replay, and an inode table of noise: mended as far as it goes, and then taken back.
        damagedWith(
                "debugfs -w -R 'ssv state 2' " + host.disk(key) + " 2>/dev/null; " + inodesOfNoise(0, 32),
                "UNEXPECTED INCONSISTENCY");
    }

    @Test
    void damageUnderACleanSuperblockIsLeftAsItWas() {
        host.mountData(pod, key);
        host.mounts.unmount(pod);
        damagedWith(inodesOfNoise(0, 32), "UNEXPECTED INCONSISTENCY");
    }

    @Test
    void damageThatOnlyTheKernelFindsIsLeftAsItWasToo() {
        host.mountData(pod, key);
        host.mounts.unmount(pod);
        // The root's inode, at which no check looks under a clean superblock.
        damagedWith(inodesOfNoise(1, 1), "Structure needs cleaning");
    }

    @Test
    void theCheckOfAnAgentThatWasKilledIsNotJoinedByAnother() throws Exception {
        Process orphan = new ProcessBuilder("flock", "--no-fork", host.disk(key).toString(), "cat").start();
        TestHost.sh("for i in $(seq 500); do flock -n " + host.disk(key) + " true || exit 0; sleep 0.01; done; exit 1");
        Thread mount = Thread.startVirtualThread(() -> host.mountData(pod, key));
        assertThat(mount.join(Duration.ofMillis(500))).isFalse();
        assertThat(host.mounts.mounted()).isEmpty();
        orphan.getOutputStream().close();
        assertThat(mount.join(Duration.ofSeconds(30))).isTrue();
        assertThat(host.mounts.mounted()).hasSize(1);
    }

    @Test
    void aLoopDeviceThatSomebodyElseHoldsIsInTheWay() {
        String device = TestHost.sh("losetup --find --show " + host.disk(key));
        try {
            assertThatThrownBy(() -> host.store.trash(key))
                    .hasMessageContaining(device)
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
        } finally {
            TestHost.sh("losetup -d " + device);
        }
        host.store.trash(key);
    }
}
