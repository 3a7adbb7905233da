package dev.berth.controller.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a process or a machine does passes through here; while it is stopped all of it waits, in order. */
final class Gate {
    private final Timeline timeline;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long closedUntilMillis;

    Gate(Timeline timeline) {
        this.timeline = timeline;
    }

    boolean isClosed() {
        return timeline.nowMillis() < closedUntilMillis;
    }

    void pass(Runnable action) {
        if (isClosed() || !waiting.isEmpty()) {
            waiting.addLast(action);
        } else {
            action.run();
        }
    }

    /** Before all that waits: it had begun when the gate closed. */
    void passFirst(Runnable action) {
        waiting.addFirst(action);
    }

    void close(long millis) {
        closedUntilMillis = Math.max(closedUntilMillis, timeline.nowMillis() + millis);
        timeline.at(closedUntilMillis, this::drain);
    }

    void open() {
        closedUntilMillis = 0;
        timeline.after(0, this::drain);
    }

    /** The process is gone, and with it what it was about to do. */
    void reset() {
        waiting.clear();
        closedUntilMillis = 0;
    }

    private void drain() {
        while (!isClosed() && !waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }
}
