package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.LoopConfig;
import dev.berth.controller.loop.SteadyClock;
import dev.berth.controller.model.Timings;
import dev.berth.controller.store.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Pods a second through the whole core, from the event to the durable commit, on fleets of hosts with 8 GPUs that are
 * 90 % full; the same with 10,000 requests that wait, equal ones and all different ones; and the memory that a host and
 * a pod take. The reference is the bare store: the same number of records in batches of the same size.
 */
public final class EngineBench {
    private static final int AIM_PODS_PER_SECOND = 20_000;
    private static final int QUEUED = 10_000;
    private static final int ROUNDS = 12;
    private static final int BATCH = 1_024;

    private EngineBench() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("berth-bench-engine");
        // As large as what follows, so that the first rate is not that of a cold JVM; the memory of a fresh one is
        // true.
        measure(folder.resolve("warm-up"), 10_000, 1_000, true, true);
        double bare = barePodsPerSecond(folder.resolve("bare"));
        for (int hosts : List.of(1_000, 10_000)) {
            double empty = measure(folder.resolve("hosts-" + hosts), hosts, 0, false, false);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"engine\",\"hosts\":%d,\"full\":0.9,\"pods_per_second\":%.0f,"
                            + "\"bare_store_pods_per_second\":%.0f,\"ratio_to_bare_store\":%.3f,\"aim\":%d,"
                            + "\"aim_met\":%b}%n",
                    hosts,
                    empty,
                    bare,
                    empty / bare,
                    AIM_PODS_PER_SECOND,
                    empty >= AIM_PODS_PER_SECOND);
            if (hosts == 10_000) {
                queued(folder, hosts, empty);
            }
        }
    }

    private static void queued(Path folder, int hosts, double empty) throws Exception {
        for (boolean different : new boolean[] {false, true}) {
            double behind = measure(folder.resolve("queued-" + different), hosts, QUEUED, different, false);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"engine-queued\",\"hosts\":%d,\"queued\":%d,\"all_different\":%b,"
                            + "\"pods_per_second\":%.0f,\"slower_by\":%.2f,\"aim_slower_by\":2}%n",
                    hosts,
                    QUEUED,
                    different,
                    behind,
                    empty / behind);
        }
    }

    private static double measure(Path data, int hosts, int queued, boolean different, boolean memory)
            throws Exception {
        // No host falls silent in a run, though none sends heartbeats.
        LoopConfig config = new LoopConfig(50_000, BATCH, 50_000, 10_000, 100_000, 0, Timings.DEFAULT.scaled(10_000));
        long before = memory ? usedBytes() : 0;
        try (SqliteStore store = SqliteStore.open(data);
                ControllerLoop loop =
                        new ControllerLoop(store, SteadyClock.system(), config, "benchbenchbench1", failure -> {
                            throw new IllegalStateException("the loop failed", failure);
                        })) {
            BenchFleet.join(loop, hosts);
            long withHosts = memory ? usedBytes() : 0;
            FullFleet fleet = new FullFleet(loop, hosts, new SplittableRandom(hosts));
            fleet.fill();
            if (memory) {
                System.out.printf(
                        Locale.ROOT,
                        "{\"bench\":\"engine-memory\",\"hosts\":%d,\"pods\":%d,\"bytes_per_host\":%d,"
                                + "\"bytes_per_pod\":%d}%n",
                        hosts,
                        fleet.pods(),
                        (withHosts - before) / hosts,
                        (usedBytes() - withHosts) / fleet.pods());
            }
            fleet.enqueue(queued, different);
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                rates[round] = fleet.round();
            }
            java.util.Arrays.sort(rates);
            return rates[ROUNDS / 2];
        }
    }

    /** Two records a pod, as a deploy makes them. */
    private static double barePodsPerSecond(Path folder) throws Exception {
        PodLives lives = new PodLives(new SplittableRandom(1));
        List<List<JournalRecord>> batches = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batches.add(lives.next(BATCH));
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            ClusterState state = store.recover().replay();
            long version = state.version();
            long start = System.nanoTime();
            for (List<JournalRecord> batch : batches) {
                store.append(version + 1, batch);
                version += batch.size();
            }
            return batches.size() * BATCH / 2.0 / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
