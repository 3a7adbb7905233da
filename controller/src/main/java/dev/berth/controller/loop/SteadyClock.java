package dev.berth.controller.loop;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Wall time that never runs backwards and never stands still: when the machine's clock is set back, time goes on from
 * where it was. A clock that is set forward is followed; the controller then sees a gap between its ticks and takes it
 * for its own absence, so no lease ends by it. Thread-safe.
 */
public final class SteadyClock implements InstantSource {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private long anchorMillis;
    private long anchorNanos;

    public SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.anchorMillis = wall.millis();
        this.anchorNanos = nanoTime.getAsLong();
    }

    public static SteadyClock system() {
        return new SteadyClock(InstantSource.system(), System::nanoTime);
    }

    /** Time goes on from the given moment where it is behind it: what is recorded has been, whatever the wall says. */
    public synchronized void notBefore(long millis) {
        if (millis() < millis) {
            anchorMillis = millis;
            anchorNanos = nanoTime.getAsLong();
        }
    }

    @Override
    public synchronized long millis() {
        long nanos = nanoTime.getAsLong();
        long steadyMillis = anchorMillis + (nanos - anchorNanos) / NANOS_PER_MILLI;
        long wallMillis = wall.millis();
        if (wallMillis > steadyMillis) {
            anchorMillis = wallMillis;
            anchorNanos = nanos;
            return wallMillis;
        }
        return steadyMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
