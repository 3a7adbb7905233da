package dev.berth.agent.transfer;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that come with a transfer and go soon after it, so that an agent that moves nothing pays for none. */
final class TransferThreads {
    /** That read or write, hash and compress: more would only wait for the others' turn. */
    static final int WORKERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

    private static final int IDLE_SECONDS = 5;

    private TransferThreads() {}

    static ExecutorService queued(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Rejects what finds no thread. */
    static ExecutorService refusing(String name, int threads) {
        return new ThreadPoolExecutor(
                0, threads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
    }

    /** Lets what runs end; false when it took too long. */
    static boolean await(List<ExecutorService> executors, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean ended = true;
        try {
            for (ExecutorService executor : executors) {
                ended &= executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return ended;
    }

    static void awaitQuietly(ManagedChannel channel) {
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().name(name + "-", 1).daemon(true).factory();
    }
}
