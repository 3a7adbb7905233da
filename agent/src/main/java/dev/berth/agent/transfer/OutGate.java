package dev.berth.agent.transfer;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets one thread of ours send on a call no faster than its receiver takes, and no longer than it takes anything at all.
 * Opened and shut by gRPC's threads.
 */
final class OutGate<T> {
    /** Enough for the wire not to run dry while a thread wakes. */
    private static final int READY_BELOW_BYTES = 2 << 20;

    private final ServerCallStreamObserver<T> call;
    private final long stallNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    OutGate(ServerCallStreamObserver<T> call, Duration stall) {
        this.call = call;
        this.stallNanos = stall.toNanos();
        call.setOnReadyThreshold(READY_BELOW_BYTES);
        call.setOnReadyHandler(this::wake);
        call.setOnCancelHandler(this::wake);
    }

    /** Wakes the sender, so that it looks whether it should still send. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isCancelled() {
        return call.isCancelled();
    }

    /** @return false when the receiver took nothing for too long, the call is gone, or it should end */
    boolean awaitReady(BooleanSupplier ended) throws InterruptedException {
        long left = stallNanos;
        lock.lock();
        try {
            while (!call.isReady()) {
                if (call.isCancelled() || ended.getAsBoolean() || left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return !call.isCancelled() && !ended.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
