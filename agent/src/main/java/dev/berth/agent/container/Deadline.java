package dev.berth.agent.container;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A time limit on a blocking engine call. The socket itself knows none (docker-java's unix socket ignores read
 * timeouts), so the calling thread is interrupted, which closes the channel it reads from. Used by one calling thread
 * in a try-with-resources; fires on the timer's.
 */
final class Deadline implements AutoCloseable {
    private final Thread caller = Thread.currentThread();
    private final ScheduledExecutorService timer;
    private final long idleNanos;
    private final long endNanos;

    private long touchedNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> pending;
    private boolean fired;
    private boolean closed;

    static Deadline in(ScheduledExecutorService timer, Duration total) {
        return new Deadline(timer, total, total);
    }

    /** Ends when {@link #touch} was not called for {@code idle}, or after {@code total} in any case. */
    Deadline(ScheduledExecutorService timer, Duration idle, Duration total) {
        this.timer = timer;
        this.idleNanos = idle.toNanos();
        this.endNanos = System.nanoTime() + total.toNanos();
        schedule();
    }

    synchronized void touch() {
        touchedNanos = System.nanoTime();
    }

    /** Whether it was this deadline that interrupted the caller. */
    synchronized boolean fired() {
        return fired;
    }

    private synchronized void schedule() {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        long left = Math.min(touchedNanos + idleNanos - now, endNanos - now);
        if (left <= 0) {
            fired = true;
            caller.interrupt();
            return;
        }
        pending = timer.schedule(this::schedule, left, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        end();
    }

    /** After this the caller is not interrupted any more, and an interrupt of this deadline is taken back. */
    synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (pending != null) {
            pending.cancel(false);
        }
        if (fired) {
            Thread.interrupted();
        }
    }
}
