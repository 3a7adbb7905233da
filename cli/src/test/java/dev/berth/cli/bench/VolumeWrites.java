package dev.berth.cli.bench;

import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Half a gigabyte written and synced by dd, in turns: by a process of a pod into its pod volume and into its system
 * volume, and by one of the host into the file system that holds both.
 */
final class VolumeWrites {
    private static final int ROUNDS = 7;
    private static final int MEGABYTES = 512;
    private static final Pattern SECONDS = Pattern.compile("copied, ([0-9.e+-]+) s");

    private final Samples podVolume = new Samples();
    private final Samples systemVolume = new Samples();
    private final Samples host = new Samples();

    private VolumeWrites() {}

    static String run(BenchPods pods) throws InterruptedException, IOException {
        VolumeWrites writes = new VolumeWrites();
        Pod pod = pods.deploy(BenchPods.spec("bench-writes", 1)
                .setSystemVolumeGb(4)
                .setPodVolumeGb(4)
                .build());
        Pod running = pods.await(pod.getId(), PodState.RUNNING).getLast().pod();
        String container = "berth-" + running.getId() + "-" + running.getIncarnation();
        Path folder = Files.createTempDirectory("volume-writes");
        try {
            for (int round = 0; round < ROUNDS; round++) {
                writes.podVolume.add(inContainer(container, "/workspace/written"));
                writes.systemVolume.add(inContainer(container, "/root/written"));
                Path file = folder.resolve("written");
                writes.host.add(megabytesPerSecond(List.of(), file.toString()));
                Files.delete(file);
            }
        } finally {
            Files.deleteIfExists(folder.resolve("written"));
            Files.delete(folder);
        }
        pods.terminate(pod.getId());
        return writes.line();
    }

    private static double inContainer(String container, String file) {
        List<String> prefix = List.of("docker", "exec", container);
        double speed = megabytesPerSecond(prefix, file);
        List<String> remove = new ArrayList<>(prefix);
        remove.addAll(List.of("rm", file));
        Command.run(remove);
        return speed;
    }

    private static double megabytesPerSecond(List<String> prefix, String file) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + MEGABYTES, "conv=fdatasync"));
        String said = Command.run(command);
        Matcher seconds = SECONDS.matcher(said);
        if (!seconds.find()) {
            throw new IllegalStateException("dd does not tell how long it took: " + said);
        }
        return MEGABYTES * 1.048576 / Double.parseDouble(seconds.group(1));
    }

    private String line() {
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"volume-write\",\"rounds\":%d,\"megabytes\":%d,\"pod_volume_mb_s\":%s,"
                        + "\"system_volume_mb_s\":%s,\"host_mb_s\":%s,\"ratio_pod_volume_to_host\":%.2f,"
                        + "\"ratio_system_volume_to_host\":%.2f}",
                ROUNDS,
                MEGABYTES,
                podVolume.json(),
                systemVolume.json(),
                host.json(),
                podVolume.median() / host.median(),
                systemVolume.median() / host.median());
    }
}
