package dev.berth.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.DiskGuard.Level;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a "host's disk" of 640 MiB that is a file itself, with a volume on it that claims to be larger. */
class DiskWatchTest {
    private static final long RESERVE = 192 * TestHost.MIB;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path folder = Files.createTempDirectory("berth-volume-test").toRealPath();
    private final Path disk = Files.createDirectories(folder.resolve("disk"));
    private final TestHost host = hostOnSmallDisk();
    private final PodKey pod = new PodKey("pod1", 1);
    private final VolumeKey key = host.made(VolumeKind.POD, "pod1", 2048);
    private final Path data = host.mountData(pod, key);
    private final Path ballast = disk.resolve("ballast");
    private @Nullable Process writer;

    DiskWatchTest() throws IOException {}

    private TestHost hostOnSmallDisk() throws IOException {
        TestHost.sh("truncate -s 640M " + folder + "/disk.ext4 && mkfs.ext4 -q -F -m 0 " + folder + "/disk.ext4"
                + " && mount -o loop " + folder + "/disk.ext4 " + disk);
        return new TestHost(disk);
    }

    @AfterEach
    void close() throws InterruptedException {
        Process running = writer;
        if (running != null) {
            running.destroyForcibly();
            for (MountedVolume volume : host.mounts.mounted()) {
                Freeze.thaw(volume.point());
            }
            running.waitFor(10, TimeUnit.SECONDS);
        }
        host.close();
        TestHost.sh("umount " + disk + " || umount -l " + disk + "; rm -rf " + folder);
    }

    private DiskWatch watch() {
        return new DiskWatch(disk, RESERVE, host.store, host.mounts);
    }

    /** Writes numbered files of 2 MiB and names each in a log once it is on disk; ends at the first error. */
    private Process startWriter() throws IOException {
        String script = "cd " + data + "; i=0; while i=$((i+1)); do"
                + " dd if=/dev/urandom of=f$i bs=1M count=2 conv=fsync 2>>err || exit 9;"
                + " sha256sum f$i >>" + folder + "/log || exit 8; done";
        Process process = new ProcessBuilder("sh", "-c", script).start();
        writer = process;
        return process;
    }

    /** For a while in which an unhindered one would write dozens of files, or see its first error. */
    private void waits(Process process) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
        // The log is not in the volume: what was on disk before the freeze may still be named there.
        long most = written() + 1;
        while (System.nanoTime() < end) {
            assertThat(process.isAlive()).as("waits, and saw no error").isTrue();
            assertThat(written()).isLessThanOrEqualTo(most);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private long written() throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void aFullHostStopsTheWriterBeforeTheVolumeBreaksAndSpaceLetsItGoOn() throws Exception {
        TestHost.sh("fallocate -l 200M " + ballast);
        DiskWatch watch = watch();
        Process process = startWriter();
        await(() -> watch.tick() == Level.FREEZE);
        assertThatThrownBy(() -> watch.requireRoom("a pod", 0))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_FULL));
        assertThat(process.isAlive()).isTrue();

        waits(process);

        // The rest of the host's disk goes to somebody else; the volume is safe all the same.
        TestHost.shStatus("dd if=/dev/zero of=" + disk + "/other bs=1M 2>/dev/null");
        assertThat(watch.tick()).isEqualTo(Level.FREEZE);
        waits(process);
        assertThat(TestHost.sh("sha256sum " + data + "/f1 | cut -c1-64")).hasSize(64);

        Files.delete(disk.resolve("other"));
        Files.delete(ballast);
        assertThat(watch.tick()).isNotEqualTo(Level.FREEZE);
        long after = written();
        await(() -> count() > after + 3);
        process.destroyForcibly().waitFor();
        TestHost.sh("cd " + data + " && head -n " + count() + " " + folder + "/log | sha256sum -c --quiet");
        host.mounts.unmount(pod);
        assertThat(TestHost.shStatus("e2fsck -fn " + host.disk(key))).isZero();
    }

    private long count() {
        try {
            return written();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aPodWithAFrozenVolumeCanBeKilledAndUnmounted() throws Exception {
        TestHost.sh("fallocate -l 300M " + ballast);
        DiskWatch watch = watch();
        Process process = startWriter();
        await(() -> watch.tick() == Level.FREEZE);
        await(() -> TestHost.shStatus("grep -q '^State:.D' $(for p in $(pgrep -P " + process.pid()
                        + "); do echo /proc/$p/status; done) /proc/" + process.pid() + "/status")
                == 0);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        watch.thawForStop(pod);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.tick()).isEqualTo(Level.FREEZE);
        assertThat(frozen(watch)).as("while it is being stopped").isFalse();
        TestHost.sh("rm " + ballast);
        assertThat(watch.tick()).isEqualTo(Level.OPEN);
        TestHost.sh("fallocate -l 300M " + ballast);
        await(() -> watch.tick() == Level.FREEZE);
        assertThat(frozen(watch)).as("once it may have been started again").isTrue();
        host.mounts.unmount(pod);
        assertThat(TestHost.shStatus("e2fsck -fn " + host.disk(key))).isZero();
    }

    private boolean frozen(DiskWatch watch) {
        return host.mounts.mounted().stream().allMatch(watch::isFrozen);
    }

    private Path point() {
        return Objects.requireNonNull(data.getParent());
    }

    private void freezes(Freeze.Attempt end) {
        assertThat(Freeze.freeze(point(), Duration.ofSeconds(30))).isEqualTo(end);
    }

    @Test
    void aFreezeThatOutlivesItsToolIsFinishedByTheKernelAndThawedAllTheSame() throws IOException {
        TestHost.sh("fallocate -l 500M " + ballast);
        Files.writeString(data.resolve("kept"), "kept");
        DiskWatch watch = new DiskWatch(disk, RESERVE, host.store, host.mounts, Duration.ofSeconds(1));
        // What the freeze has to write out first waits here.
        TestHost.sh("fsfreeze -f " + disk);
        try {
            assertThat(watch.tick()).isEqualTo(Level.FREEZE);
        } finally {
            TestHost.sh("fsfreeze -u " + disk);
        }
        freezes(Freeze.Attempt.UNKNOWN);
        assertThat(watch.isFrozen(pod)).isTrue();
        Files.delete(ballast);
        assertThat(watch.tick()).isNotEqualTo(Level.FREEZE);
        assertThat(Freeze.thaw(point())).as("was still frozen").isFalse();
        assertThat(watch.frozen()).isEmpty();
        assertThat(watch.isFrozen(pod)).isFalse();
        Files.writeString(data.resolve("kept"), "more");
    }

    @Test
    void aVolumeThatADeadAgentLeftFrozenIsThawedAtTheFirstLook() {
        freezes(Freeze.Attempt.FROZEN);
        assertThat(watch().tick()).isEqualTo(Level.OPEN);
        TestHost.sh("timeout 5 touch " + data + "/new");
    }

    @Test
    void aFrozenVolumeIsUnmountedWithAllItsData() throws IOException {
        Files.writeString(data.resolve("kept"), "kept");
        freezes(Freeze.Attempt.FROZEN);
        host.mounts.unmount(pod);
        assertThat(host.left()).noneMatch(line -> line.contains("disk.img"));
        assertThat(host.mountData(new PodKey("pod1", 2), key).resolve("kept")).hasContent("kept");
    }
}
