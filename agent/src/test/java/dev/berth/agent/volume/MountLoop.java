package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An "agent" for {@link KilledAgentTest}: makes a volume, then mounts, adds a synced line, unmounts, trashes, restores,
 * as fast as it can and until it is killed. Says each line that is on disk.
 */
final class MountLoop {
    private MountLoop() {}

    /** Folder, volume id, the first incarnation. */
    public static void main(String[] arguments) throws Exception {
        TestHost host = new TestHost(Path.of(arguments[0]));
        String id = arguments[1];
        for (PodKey pod : host.mounts.leftovers()) {
            host.mounts.unmount(pod);
        }
        for (int incarnation = Integer.parseInt(arguments[2]); ; incarnation++) {
            PodKey pod = new PodKey("pod1", incarnation);
            VolumeKey key = only(host, id);
            Path file = host.mountData(pod, key).resolve("lines");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                channel.write(StandardCharsets.UTF_8.encode(incarnation + "\n"));
                channel.force(true);
            }
            System.out.println(incarnation);
            host.mounts.unmount(pod);
            host.store.trash(key);
            host.store.restore(key, key.generation() + 1, "pod1");
        }
    }

    /** The one copy there is, wherever the last agent left it; made when there is none yet. */
    static VolumeKey only(TestHost host, String id) {
        List<VolumeCopy> copies = host.store.list();
        if (copies.isEmpty()) {
            VolumeKey key = new VolumeKey(id, 1);
            host.store.create(VolumeManifest.fresh(key, VolumeKind.POD, TestHost.TENANT, "pod1", 64 * TestHost.MIB));
            return key;
        }
        if (copies.size() != 1 || !copies.getFirst().readable()) {
            throw new AssertionError("one readable copy was expected: " + copies);
        }
        VolumeKey key = VolumeKey.parse(copies.getFirst().name()).orElseThrow();
        return copies.getFirst().place() == VolumeCopy.Place.PRESENT
                ? key
                : host.store.restore(key, key.generation() + 1, "pod1").key();
    }
}
