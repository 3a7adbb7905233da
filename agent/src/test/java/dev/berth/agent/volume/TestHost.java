package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A folder of its own with a store and mounts on the real kernel, which leaves nothing behind however a test ends. */
final class TestHost implements AutoCloseable {
    static final long MIB = 1L << 20;
    static final String TENANT = "tenant-a";

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final AtomicLong NEXT = new AtomicLong();

    final Path folder;
    final Path volumes;
    final VolumeStore store;
    final PodMounts mounts;

    TestHost() throws IOException {
        this(Files.createTempDirectory("berth-volume-test"));
    }

    TestHost(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        this.volumes = this.folder.resolve("volumes");
        this.store = new VolumeStore(volumes);
        this.mounts = new PodMounts(store, this.folder.resolve("mounts"));
    }

    /** As the agent has it after a restart: nothing but the disk and the kernel's table. */
    PodMounts restarted() throws IOException {
        return new PodMounts(new VolumeStore(volumes), folder.resolve("mounts"));
    }

    static VolumeKey key() {
        return new VolumeKey("%016d".formatted(NEXT.incrementAndGet()), 1);
    }

    VolumeKey made(VolumeKind kind, String podId, long mib) {
        VolumeKey key = key();
        store.create(VolumeManifest.fresh(key, kind, TENANT, podId, mib * MIB));
        return key;
    }

    Path disk(VolumeKey key) {
        return volumes.resolve(key.toString()).resolve("disk.img");
    }

    static WantedMount workspace(VolumeKey key) {
        return new WantedMount.PodMountAt(key, 0, "/workspace", false);
    }

    /** Mounts one pod volume and tells where its files are. */
    Path mountData(PodKey pod, VolumeKey key) {
        return mounts.mount(pod, TENANT, List.of(workspace(key)), null, List.of())
                .binds()
                .getFirst()
                .hostPath();
    }

    /** What a shell says; fails the test when it fails. */
    static String sh(String script) {
        return VolumeTools.run(LIMIT, "sh", "-c", script);
    }

    static int shStatus(String script) {
        return VolumeTools.attempt(LIMIT, null, null, List.of("sh", "-c", script))
                .status();
    }

    /** Mounts and loop devices that are left of anything below the folder. */
    List<String> left() {
        String loops = sh("losetup -n -O BACK-FILE,NAME -l | grep -F '" + folder + "' || true");
        String mounted = sh("grep -F '" + folder + "' /proc/self/mountinfo || true");
        return (loops + "\n" + mounted).lines().filter(line -> !line.isBlank()).toList();
    }

    @Override
    public void close() {
        sh("for i in 1 2 3; do grep -F ' " + folder + "' /proc/self/mountinfo | cut -d' ' -f5 | sort -r | while read m;"
                + " do fsfreeze -u $m 2>/dev/null; umount $m 2>/dev/null || umount -l $m; done; done; rm -rf "
                + folder + " 2>/dev/null || true");
    }
}
