package dev.berth.controller.rpc;

import dev.berth.controller.loop.PodFeed;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives all who follow the feed of pods, on one thread of its own: a commit costs the loop one wake-up however many
 * follow, and many wake-ups in a row become one round. Those who cannot take more are passed over at once (INV-45).
 */
final class FeedHub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FeedHub.class);

    /** Each costs at most one lot of pods and one transport buffer while its client does not read. */
    static final int MAX_FOLLOWERS = 2_000;

    private final PodFeed feed;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final AtomicBoolean tickWanted = new AtomicBoolean();
    private boolean tick;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("feed-hub").factory());
    private final Runnable wake = this::wake;

    FeedHub(PodFeed feed) {
        this.feed = feed;
        feed.listen(wake);
    }

    /** One stream that follows the feed. */
    interface Follower {
        /** Goes on as far as it can without waiting; on the hub's thread. False when it has ended. */
        boolean proceed();
    }

    /** False when too many follow already. */
    boolean add(Follower follower) {
        if (followers.size() >= MAX_FOLLOWERS) {
            return false;
        }
        followers.add(follower);
        wake();
        return true;
    }

    PodFeed feed() {
        return feed;
    }

    int followers() {
        return followers.size();
    }

    /** From any thread: something may have changed for some follower. */
    void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            execute();
        }
    }

    private void execute() {
        try {
            thread.execute(this::round);
        } catch (RejectedExecutionException e) {
            LOG.debug("The hub is closed", e);
        }
    }

    /** Once a second from a timer: also what the feed does not tell of is looked at. */
    void tick() {
        if (!followers.isEmpty()) {
            tickWanted.set(true);
            wake();
        }
    }

    /** Whether this round is the second's; for followers. */
    boolean isTick() {
        return tick;
    }

    private void round() {
        int served = wakeUps.get();
        tick = tickWanted.getAndSet(false);
        followers.removeIf(follower -> !goesOn(follower));
        if (wakeUps.addAndGet(-served) != 0) {
            execute();
        }
    }

    private static boolean goesOn(Follower follower) {
        try {
            return follower.proceed();
        } catch (RuntimeException e) {
            LOG.error("A stream of pods failed and was given up", e);
            return false;
        }
    }

    @Override
    public void close() {
        feed.unlisten(wake);
        thread.shutdownNow();
    }
}
