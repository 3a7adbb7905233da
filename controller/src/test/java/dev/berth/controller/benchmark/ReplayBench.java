package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.store.SqliteStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How long a controller that was killed takes to have its state again: writes a journal of 100,000 records without a
 * snapshot, then opens, reads and applies it in a process of its own, as cold as at a real start. Prints one JSON line
 * each for the writing ("append") and the reading ("replay"). Argument: where to put the data, default a temporary
 * folder.
 */
public final class ReplayBench {
    private static final int RECORDS = 100_000;
    private static final int BATCH = 256;
    private static final int AIM_SECONDS = 3;

    private ReplayBench() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 2 && args[0].equals("--replay")) {
            replay(Path.of(args[1]));
            return;
        }
        Path folder = args.length == 0 ? Files.createTempDirectory("berth-replay") : Path.of(args[0]);
        try {
            // Once to warm the JIT up, as a controller that takes that many appends is warm.
            append(folder.resolve("warm-up"));
            Path measured = folder.resolve("measured");
            System.out.println(append(measured));
            int exit = new ProcessBuilder(replayCommand(measured))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("The replay ended with exit code " + exit);
            }
        } finally {
            delete(folder);
        }
    }

    /** With the flags of this process. */
    private static List<String> replayCommand(Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ReplayBench.class.getName()));
        command.addAll(List.of("--replay", folder.toString()));
        return command;
    }

    private static String append(Path folder) throws Exception {
        PodLives lives = new PodLives(new SplittableRandom(1));
        long nanos = 0;
        long slowestNanos = 0;
        try (SqliteStore store = SqliteStore.open(folder)) {
            for (int version = 0; version < RECORDS; ) {
                var records = lives.next(Math.min(BATCH, RECORDS - version));
                long before = System.nanoTime();
                store.append(version + 1, records);
                long took = System.nanoTime() - before;
                nanos += took;
                slowestNanos = Math.max(slowestNanos, took);
                version += records.size();
            }
        }
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"append\",\"records\":%d,\"batch\":%d,\"rows_per_second\":%.0f,\"slowest_ms\":%.1f}",
                RECORDS,
                BATCH,
                RECORDS * 1e9 / nanos,
                slowestNanos / 1e6);
    }

    private static void replay(Path folder) {
        long before = System.nanoTime();
        try (SqliteStore store = SqliteStore.open(folder)) {
            ClusterState state = store.recover().replay();
            double seconds = (System.nanoTime() - before) / 1e9;
            if (state.version() != RECORDS) {
                throw new IllegalStateException("Only " + state.version() + " records came back");
            }
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"replay\",\"records\":%d,\"seconds\":%.3f,\"aim_seconds\":%d,\"aim_met\":%b}%n",
                    RECORDS,
                    seconds,
                    AIM_SECONDS,
                    seconds <= AIM_SECONDS);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
