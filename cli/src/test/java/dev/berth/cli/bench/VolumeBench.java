package dev.berth.cli.bench;

import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What a system volume adds to the start of a pod, on an image of about 100 MB and on one of 2 GB, beside starts of the
 * same pods without one; and how fast a pod writes into its volumes beside the host's own file system. In turns, the
 * order changing.
 */
final class VolumeBench {
    private static final int ROUNDS = 11;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int LARGE_MB = 1_900;
    private static final int VOLUME_GB = 8;
    private static final double AIM_RATIO = 1.2;
    private static final double AIM_MILLIS = 150;

    /** One kind of pod and what was measured of it. */
    private record Kind(String name, String image, int volumeGb, Samples deploys, Samples runs) {
        Kind(String name, String image, int volumeGb) {
            this(name, image, volumeGb, new Samples(), new Samples());
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "\"%s\":{\"deploy_to_running_ms\":%s,\"run_to_running_ms\":%s}",
                    name,
                    deploys.json(),
                    runs.json());
        }
    }

    private final BenchPods pods;

    private VolumeBench(BenchPods pods) {
        this.pods = pods;
    }

    static String run(BenchPods pods, String id) throws InterruptedException, IOException {
        try (LargeImage large = new LargeImage(id, LARGE_MB)) {
            return new VolumeBench(pods).starts(large.name) + "\n" + VolumeWrites.run(pods);
        }
    }

    private String starts(String large) throws InterruptedException {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            for (Kind kind : kinds(large)) {
                once(kind);
            }
        }
        List<Kind> kinds = kinds(large);
        for (int round = 0; round < ROUNDS; round++) {
            List<Kind> order = new ArrayList<>(kinds);
            Collections.rotate(order, round);
            for (Kind kind : order) {
                once(kind);
            }
        }
        return line(kinds);
    }

    private static List<Kind> kinds(String large) {
        return List.of(
                new Kind("small_image_none", BenchPods.IMAGE, 0),
                new Kind("small_image_volume", BenchPods.IMAGE, VOLUME_GB),
                new Kind("large_image_none", large, 0),
                new Kind("large_image_volume", large, VOLUME_GB));
    }

    /** A pod from its deploy to its end, with a pause between. */
    private void once(Kind kind) throws InterruptedException {
        var spec = BenchPods.spec("bench-volume", 1)
                .setImage(kind.image)
                .setSystemVolumeGb(kind.volumeGb)
                .build();
        long before = System.nanoTime();
        Pod pod = pods.deploy(spec);
        List<BenchPods.Seen> seen = pods.await(pod.getId(), PodState.RUNNING);
        kind.deploys.add((seen.getLast().nanos() - before) / 1e6);
        pods.pause(pod.getId());
        before = System.nanoTime();
        pods.run(pod.getId());
        kind.runs.add((System.nanoTime() - before) / 1e6);
        pods.terminate(pod.getId());
    }

    private static String line(List<Kind> kinds) {
        double small = kinds.get(1).deploys.median();
        double large = kinds.get(3).deploys.median();
        double addedSmall = small - kinds.get(0).deploys.median();
        double addedLarge = large - kinds.get(2).deploys.median();
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"volume-start\",\"rounds\":%d,\"large_image_mb\":%d,%s,"
                        + "\"ratio_large_to_small\":%.2f,\"aim_ratio\":%.1f,\"ratio_to_none_small\":%.2f,"
                        + "\"ratio_to_none_large\":%.2f,\"added_small_ms\":%.1f,\"added_large_ms\":%.1f,"
                        + "\"aim_added_ms\":%.0f,\"aims_met\":%b}",
                ROUNDS,
                LARGE_MB,
                String.join(",", kinds.stream().map(Kind::json).toList()),
                large / small,
                AIM_RATIO,
                small / kinds.get(0).deploys.median(),
                large / kinds.get(2).deploys.median(),
                addedSmall,
                addedLarge,
                AIM_MILLIS,
                large / small <= AIM_RATIO && Math.max(addedSmall, addedLarge) <= AIM_MILLIS);
    }
}
