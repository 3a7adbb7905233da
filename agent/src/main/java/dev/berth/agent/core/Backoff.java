package dev.berth.agent.core;

/** Waits between tries of a step: 1, 2, 4, 8, 15 s. */
final class Backoff {
    private static final long CAP_MILLIS = 15_000;

    private Backoff() {}

    static long delayMillis(int attempts) {
        return Math.min(CAP_MILLIS, 1_000L << Math.min(attempts, 4));
    }
}
