package dev.berth.agent.transfer;

import java.util.concurrent.atomic.AtomicLong;

/** Passes progress on, not more often than anybody looks. Any thread. */
final class ProgressMeter {
    private static final long EVERY_NANOS = 250_000_000;

    private final TransferProgress listener;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    ProgressMeter(TransferProgress listener) {
        this.listener = listener;
    }

    void at(long doneBytes, long totalBytes) {
        long now = System.nanoTime();
        long due = nextNanos.get();
        if (now - due >= 0 && nextNanos.compareAndSet(due, now + EVERY_NANOS)) {
            listener.at(doneBytes, totalBytes);
        }
    }

    void end(long totalBytes) {
        listener.at(totalBytes, totalBytes);
    }
}
