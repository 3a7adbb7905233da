package dev.berth.controller.benchmark;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A closed loop: so many calls in flight, each answer starts the next one, until so many were answered. */
final class Load {
    private final int inFlight;
    private final int calls;
    private final IntFunction<ListenableFuture<?>> call;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch answered;

    private Load(int inFlight, int calls, IntFunction<ListenableFuture<?>> call) {
        this.inFlight = inFlight;
        this.calls = calls;
        this.call = call;
        this.answered = new CountDownLatch(calls);
    }

    /** Calls a second. A call that fails ends the run with its reason. */
    static double perSecond(int inFlight, int calls, IntFunction<ListenableFuture<?>> call)
            throws InterruptedException {
        return new Load(inFlight, calls, call).run();
    }

    private double run() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < inFlight; i++) {
            next();
        }
        answered.await();
        Throwable reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException("a call of the benchmark failed", reason);
        }
        return calls / ((System.nanoTime() - start) / 1e9);
    }

    private void next() {
        int number = started.getAndIncrement();
        if (number < calls) {
            Futures.addCallback(call.apply(number), new Answer(), MoreExecutors.directExecutor());
        }
    }

    private final class Answer implements FutureCallback<Object> {
        @Override
        public void onSuccess(@Nullable Object result) {
            answered.countDown();
            next();
        }

        @Override
        public void onFailure(Throwable reason) {
            failure.compareAndSet(null, reason);
            while (answered.getCount() > 0) {
                answered.countDown();
            }
        }
    }
}
