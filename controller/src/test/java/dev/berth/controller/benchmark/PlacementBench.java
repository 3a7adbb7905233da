package dev.berth.controller.benchmark;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.scheduling.Place;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Placements a second on one core in fleets of 100, 1,000 and 10,000 hosts of eight GPUs at 90 % full: one request
 * after the other is placed, claimed, taken into the index, and pods at random are released to keep the 90 %. In turns
 * with it a scan of all hosts on the same requests, which must name the same hosts. Then the two bad cases: requests
 * that were never seen before, and hosts of which no two are alike.
 */
public final class PlacementBench {
    private static final List<Integer> SIZES = List.of(100, 1_000, 10_000);
    private static final double FULL = 0.9;
    private static final int STEPS = 200_000;
    private static final int ROUNDS = 3;
    private static final int BATCH = 64;
    private static final int AIM_PER_SECOND = 100_000;
    private static final int AIM_P99_MICROS = 100;

    private final PlacementFleet fleet;
    private final Scheduler scheduler = new Scheduler();
    private final SplittableRandom random = new SplittableRandom(3);
    private final List<Place> running = new ArrayList<>();
    private final Deque<Place> leaving = new ArrayDeque<>();
    private final int unitsKept;
    private int unitsHeld;

    private record Figures(
            double perSecond, double p50Micros, double p99Micros, double maxMicros, double placedShare) {}

    private PlacementBench(PlacementFleet fleet) {
        this.fleet = fleet;
        this.unitsKept = (int) (fleet.cluster().hosts().size() * PlacementFleet.UNITS * FULL);
        for (Host host : fleet.cluster().hosts()) {
            scheduler.update(fleet.cluster(), host, true);
            scheduler.imagesOf(host.id(), fleet.images(host.id()));
        }
    }

    public static void main(String[] args) {
        long steps = args.length == 0 ? STEPS : Integer.parseInt(args[0]);
        double smallest = 0;
        for (int hosts : SIZES) {
            double bytes = bytesPerHost(hosts);
            PlacementBench bench = new PlacementBench(new PlacementFleet(hosts, true, new SplittableRandom(1)));
            List<Search> searches = bench.fleet.searches(300);
            bench.fill(searches);
            double scans = bench.scans(searches);
            Figures figures = bench.measure(searches, (int) steps);
            smallest = smallest == 0 ? figures.perSecond : smallest;
            print(
                    "mixed",
                    hosts,
                    figures,
                    String.format(
                            Locale.ROOT,
                            ",\"explain_micros\":%.1f,\"update_micros\":%.2f,\"scans_per_cpu_second\":%.0f,\"ratio_to_scan\":%.1f,\"slower_than_100_hosts\":%.2f,"
                                    + "\"aim_slower\":2,\"index_bytes_per_host\":%.0f",
                            bench.explainMicros(searches),
                            bench.updateMicros(),
                            scans,
                            figures.perSecond / scans,
                            smallest / figures.perSecond,
                            bytes));
        }
        int hosts = SIZES.getLast();
        PlacementBench fresh = new PlacementBench(new PlacementFleet(hosts, true, new SplittableRandom(1)));
        List<Search> ever = fresh.fleet.searches(50_000);
        fresh.fill(ever);
        print("never the same request", hosts, fresh.measure(ever, (int) steps), "");
        PlacementBench unlike = new PlacementBench(new PlacementFleet(hosts, false, new SplittableRandom(1)));
        List<Search> few = unlike.fleet.searches(300);
        unlike.fill(few);
        print("no two hosts alike", hosts, unlike.measure(few, (int) steps), "");
        List<Search> many = unlike.fleet.searches(50_000);
        print("both", hosts, unlike.measure(many, 2_000), "");
    }

    private static void print(String fleet, int hosts, Figures figures, String more) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"placement\",\"case\":\"%s\",\"hosts\":%d,\"gpus\":%d,\"full\":%.2f,\"placed_share\":%.3f,"
                        + "\"placements_per_cpu_second\":%.0f,\"aim_per_cpu_second\":%d,\"p50_micros\":%.2f,"
                        + "\"p99_micros\":%.2f,\"aim_p99_micros\":%d,\"max_micros\":%.0f%s}%n",
                fleet,
                hosts,
                hosts * PlacementFleet.UNITS,
                FULL,
                figures.placedShare,
                figures.perSecond,
                AIM_PER_SECOND,
                figures.p50Micros,
                figures.p99Micros,
                AIM_P99_MICROS,
                figures.maxMicros,
                more);
    }

    /** Up to the share that is kept, with requests in turn; what finds no place is left out. */
    private void fill(List<Search> searches) {
        for (int i = 0; unitsHeld < unitsKept; i++) {
            step(searches.get(i % searches.size()));
        }
    }

    /** The median round, after one to warm the JIT up. */
    private Figures measure(List<Search> searches, int steps) {
        round(searches, steps);
        List<Figures> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rounds.add(round(searches, steps));
        }
        rounds.sort((one, other) -> Double.compare(one.perSecond, other.perSecond));
        return rounds.get(ROUNDS / 2);
    }

    private Figures round(List<Search> searches, int steps) {
        long[] nanos = new long[steps];
        int placed = 0;
        long cpuNanos = 0;
        for (int i = 0; i < steps; ) {
            chooseLeaving();
            long cpuBefore = cpuNanos();
            for (int end = Math.min(steps, i + BATCH); i < end; i++) {
                long before = System.nanoTime();
                placed += step(searches.get(random.nextInt(searches.size()))) ? 1 : 0;
                nanos[i] = System.nanoTime() - before;
            }
            cpuNanos += cpuNanos() - cpuBefore;
        }
        Arrays.sort(nanos);
        return new Figures(
                placed * 1e9 / cpuNanos,
                nanos[steps / 2] / 1e3,
                nanos[(int) (steps * 0.99)] / 1e3,
                nanos[steps - 1] / 1e3,
                placed / (double) steps);
    }

    /** Draws the pods that leave in the next steps: to look them up is the bench's own work, and not counted. */
    private void chooseLeaving() {
        while (leaving.size() < 2 * BATCH && !running.isEmpty()) {
            int chosen = random.nextInt(running.size());
            Place place = running.set(chosen, running.getLast());
            running.removeLast();
            leaving.add(place);
        }
    }

    /** Makes room for the request, places it and takes in the claim. */
    private boolean step(Search search) {
        while (unitsHeld + search.request().gpuCount() > unitsKept + PlacementFleet.UNITS) {
            release();
        }
        Optional<Place> place = scheduler.place(search);
        if (place.isEmpty()) {
            release();
            return false;
        }
        claim(place.get());
        return true;
    }

    private void claim(Place place) {
        scheduler.claim(place.host().id(), place.grant().unitIds());
        running.add(place);
        unitsHeld += place.grant().unitIds().size();
    }

    private void release() {
        if (leaving.isEmpty()) {
            chooseLeaving();
        }
        Place place = leaving.remove();
        scheduler.release(place.host().id(), place.grant().unitIds());
        unitsHeld -= place.grant().unitIds().size();
    }

    /** Scans a second on the fleet as it is now; each must name the index's host. */
    private double scans(List<Search> searches) {
        ScanReference reference = new ScanReference(fleet);
        Stream.concat(running.stream(), leaving.stream())
                .forEach(place -> reference.changeFree(
                        place.host().id(), -place.grant().unitIds().size()));
        int scans = Math.max(300, 20_000_000 / fleet.cluster().hosts().size());
        long start = 0;
        for (int i = -scans; i < scans; i++) {
            start = i == 0 ? cpuNanos() : start;
            Search search = searches.get(Math.floorMod(i, searches.size()));
            HostId scanned = reference.place(search);
            if (i < 0) {
                HostId indexed =
                        scheduler.place(search).map(place -> place.host().id()).orElse(null);
                if (!java.util.Objects.equals(scanned, indexed)) {
                    throw new IllegalStateException(
                            "For " + search + " the scan says " + scanned + ", the index says " + indexed);
                }
            }
        }
        return scans * 1e9 / (cpuNanos() - start);
    }

    /** To say on how many hosts each rule says no, as for a request that found no place. */
    private double explainMicros(List<Search> searches) {
        int calls = 5_000;
        long start = 0;
        for (int i = -calls; i < calls; i++) {
            start = i == 0 ? cpuNanos() : start;
            scheduler.explain(searches.get(Math.floorMod(i, searches.size())));
        }
        return (cpuNanos() - start) / 1e3 / calls;
    }

    /** To take in all of a host again: facts, claims, reservations. */
    private double updateMicros() {
        List<Host> hosts = List.copyOf(fleet.cluster().hosts());
        PlacementBench empty = new PlacementBench(fleet);
        int calls = 100_000;
        long start = 0;
        for (int i = -calls; i < calls; i++) {
            start = i == 0 ? cpuNanos() : start;
            empty.scheduler.update(fleet.cluster(), hosts.get(Math.floorMod(i, hosts.size())), true);
        }
        return (cpuNanos() - start) / 1e3 / calls;
    }

    /** Of this thread: what others run on the machine does not count for throughput, though it shows in the p99. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** What the index itself takes, hosts and images of the cluster's state not counted. */
    private static double bytesPerHost(int hosts) {
        PlacementFleet fleet = new PlacementFleet(hosts, true, new SplittableRandom(1));
        long before = usedBytes();
        PlacementBench bench = new PlacementBench(fleet);
        long after = usedBytes();
        return (after - before) / (double) bench.fleet.cluster().hosts().size();
    }

    private static long usedBytes() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
