package dev.berth.controller.host;

import dev.berth.controller.model.Timings;

/**
 * Notices that the controller itself was away: its process was stopped, its disk slow, its clock set forward. Whoever
 * was silent then may have spoken. Part of {@link HostLiveness}, same thread.
 */
final class StallBrake {
    private final Timings timings;
    private long lastTickMillis;
    private long lastGapMillis;
    private long heldUntilMillis;

    StallBrake(Timings timings, long startMillis) {
        this.timings = timings;
        this.lastTickMillis = startMillis;
    }

    /** What every lease gets on top: 0 unless the controller was away. A time before the last tick is no gap. */
    long tick(long nowMillis) {
        long gapMillis = nowMillis - lastTickMillis;
        lastTickMillis = Math.max(nowMillis, lastTickMillis);
        if (gapMillis <= timings.stallMillis()) {
            return 0;
        }
        lastGapMillis = gapMillis;
        heldUntilMillis = nowMillis + timings.lostMillis();
        return gapMillis + timings.lostMillis();
    }

    /** The latest time that a tick brought. */
    long nowMillis() {
        return lastTickMillis;
    }

    boolean holds() {
        return lastTickMillis < heldUntilMillis;
    }

    String sentence() {
        return "the controller itself was away for " + lastGapMillis
                + " ms: until all hosts had time to be heard again,"
                + " none is given up as lost. Look for a slow disk or a stopped process on its machine.";
    }
}
