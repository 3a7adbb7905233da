package dev.berth.agent.pod;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thing that is done again and again on a thread of its own until it is closed; each time it says when next. */
final class PeriodicTask implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);
    private static final long AFTER_FAILURE_MILLIS = 5_000;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** @param task answers with the milliseconds until the next time */
    PeriodicTask(String name, LongSupplier task) {
        thread = Thread.ofVirtual().name(name).start(() -> run(name, task));
    }

    private void run(String name, LongSupplier task) {
        try {
            long wait = 0;
            while (!closed.await(wait, TimeUnit.MILLISECONDS)) {
                try {
                    wait = task.getAsLong();
                } catch (RuntimeException e) {
                    log.warn("{} failed and is tried again: {}", name, e.toString());
                    wait = AFTER_FAILURE_MILLIS;
                }
            }
        } catch (InterruptedException e) {
            log.debug("{} was told to end", name);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
