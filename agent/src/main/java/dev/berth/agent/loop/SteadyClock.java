package dev.berth.agent.loop;

import java.time.Instant;
import java.time.InstantSource;

/** Wall-clock time at the start of the process, carried on by the monotonic clock: it never jumps. Any thread. */
public final class SteadyClock implements InstantSource {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return startMillis + (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
    }
}
