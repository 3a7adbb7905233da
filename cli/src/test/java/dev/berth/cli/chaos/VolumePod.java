package dev.berth.cli.chaos;

import com.google.protobuf.Duration;
import dev.berth.cli.e2e.Engine;
import dev.berth.cli.e2e.PodFiles;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A pod with both volumes of its own, and the manifest of what was written into them by processes in the pod. Nothing
 * is synced: what was written before an orderly stop has to be there after it. Used by one thread at a time.
 */
final class VolumePod {
    private static final List<String> FOLDERS =
            List.of("/etc", "/usr", "/root", "/var", "/home", "/workspace", "/workspace");
    private static final int MOST_FILES = 12;
    private static final int MOST_BYTES = 3 << 20;

    final String name;
    final SortedMap<String, String> manifest = new TreeMap<>();
    private final RandomGenerator random;
    String id = "";
    int keys;
    int written;
    int moves;

    VolumePod(String name, RandomGenerator random) {
        this.name = name;
        this.random = random;
    }

    DeployPodRequest request() {
        PodSpec spec = PodSpec.newBuilder()
                .setName(name)
                .setImage(Engine.IMAGE)
                .setSystemVolumeGb(1)
                .setPodVolumeGb(1)
                .addPorts("8000/tcp")
                .setShellCommand("exec sleep infinity")
                .setUnplaced(Unplaced.QUEUE)
                .setGrace(Duration.newBuilder().setSeconds(2))
                .setRequest(ResourceRequest.newBuilder().setGpuCount(1 + random.nextInt(2)))
                .build();
        return DeployPodRequest.newBuilder()
                .setSpec(spec)
                .setIdempotencyKey(nextKey())
                .build();
    }

    String nextKey() {
        return name + "-" + ++keys;
    }

    /** A process in the pod makes, overwrites or removes a few files. */
    void write() {
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            if (manifest.size() >= MOST_FILES || (!manifest.isEmpty() && random.nextInt(4) == 0)) {
                String path = anyFile();
                new PodFiles(id).run("rm", path);
                manifest.remove(path);
                continue;
            }
            String path = manifest.isEmpty() || random.nextInt(3) > 0
                    ? FOLDERS.get(random.nextInt(FOLDERS.size())) + "/f" + written
                    : anyFile();
            int bytes = 1 + random.nextInt(MOST_BYTES);
            new PodFiles(id).run("sh", "-c", "head -c " + bytes + " /dev/urandom > " + path);
            manifest.putAll(new PodFiles(id).hashes(List.of(path)));
            written++;
        }
    }

    /** Sentences on files that are not as they were written; none when all is well. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        if (manifest.isEmpty()) {
            return differences;
        }
        SortedMap<String, String> found = new PodFiles(id).hashes(List.copyOf(manifest.keySet()));
        manifest.forEach((path, hash) -> {
            String present = found.get(path);
            if (!hash.equals(present)) {
                differences.add(path + " of " + name + " (" + id + ") is "
                        + (present == null ? "gone" : present + " and not " + hash));
            }
        });
        return differences;
    }

    private String anyFile() {
        return List.copyOf(manifest.keySet()).get(random.nextInt(manifest.size()));
    }
}
