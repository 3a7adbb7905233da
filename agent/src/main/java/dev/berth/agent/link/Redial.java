package dev.berth.agent.link;

import java.util.random.RandomGenerator;

/** Waits between dials: up to 0.5 s x 1.6 for each failure, at most 8 s, anywhere below that by chance. One thread. */
final class Redial {
    private static final double FIRST_MILLIS = 500;
    private static final double GROWTH = 1.6;
    private static final double CAP_MILLIS = 8_000;

    private final RandomGenerator random;
    private int failures;
    private double timeScale = 1;

    Redial(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        double bound = Math.min(CAP_MILLIS, FIRST_MILLIS * Math.pow(GROWTH, failures));
        failures++;
        return (long) (bound * timeScale * random.nextDouble());
    }

    /** The scale is kept for the dials to come. */
    void connected(double scale) {
        failures = 0;
        timeScale = scale;
    }
}
