package dev.berth.controller.simulation;

import java.util.PriorityQueue;

/** Virtual time: what is due next happens next; what is due at the same instant, in the order in which it was planned. */
final class Timeline {
    private static final long START_MILLIS = 1_800_000_000_000L;

    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private long nowMillis = START_MILLIS;
    private long planned;

    private record Entry(long atMillis, long number, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    long nowMillis() {
        return nowMillis;
    }

    long sinceStartMillis() {
        return nowMillis - START_MILLIS;
    }

    void after(long delayMillis, Runnable action) {
        at(nowMillis + delayMillis, action);
    }

    void at(long atMillis, Runnable action) {
        queue.add(new Entry(Math.max(atMillis, nowMillis), planned++, action));
    }

    /** Lets time pass and the next thing happen; false when it lies after the given time since the start. */
    boolean next(long untilSinceStartMillis, Runnable beforeIt) {
        Entry entry = queue.peek();
        if (entry == null || entry.atMillis > START_MILLIS + untilSinceStartMillis) {
            return false;
        }
        queue.remove();
        nowMillis = entry.atMillis;
        beforeIt.run();
        entry.action.run();
        return true;
    }
}
