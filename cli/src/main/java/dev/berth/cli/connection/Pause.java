package dev.berth.cli.connection;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass between two attempts. Tests give one that only moves their clock. */
@FunctionalInterface
public interface Pause {
    void forMillis(long millis);

    /** The real one: the calling thread waits. */
    static Pause real() {
        return millis -> {
            long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (long left = endNanos - System.nanoTime(); left > 0; left = endNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        };
    }
}
