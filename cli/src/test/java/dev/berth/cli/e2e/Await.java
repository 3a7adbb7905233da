package dev.berth.cli.e2e;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Polls what another process must bring about, up to a deadline that fails the test with what was last seen. */
public final class Await {
    private static final long INTERVAL_MILLIS = 50;

    private Await() {}

    /** Returns when the answer is {@code wanted}. */
    public static void equal(String what, Object wanted, Duration limit, Supplier<?> probe) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        Object seen = probe.get();
        while (!wanted.equals(seen)) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError(
                        what + " is " + seen + " after " + limit.toSeconds() + " s, and not " + wanted);
            }
            interval();
            seen = probe.get();
        }
    }

    static void interval() {
        try {
            boolean counted = new CountDownLatch(1).await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
            assert !counted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
