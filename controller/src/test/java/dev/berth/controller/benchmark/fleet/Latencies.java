package dev.berth.controller.benchmark.fleet;

import java.util.Arrays;

/** Round trips of one phase, from many threads. */
final class Latencies {
    /** Quantiles in milliseconds. */
    record Summary(int count, double p50Millis, double p99Millis, double mostMillis) {}

    private long[] nanos = new long[1 << 16];
    private int count;

    synchronized void add(long roundTripNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = roundTripNanos;
    }

    /** What came in since the last call. */
    synchronized Summary drain() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        Summary summary = new Summary(count, millis(sorted, 0.5), millis(sorted, 0.99), millis(sorted, 1));
        count = 0;
        return summary;
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
    }
}
