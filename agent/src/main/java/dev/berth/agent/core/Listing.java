package dev.berth.agent.core;

/** When one kind of thing on the host is asked for again, and which answer counts. Part of {@link AgentState}. */
final class Listing {
    /** It has been answered in this process; before that nothing is known of what it lists. */
    boolean known;

    private boolean inFlight;
    private long token;
    private int attempts;
    private long nextMillis;

    boolean isDue(long nowMillis) {
        return !inFlight && nowMillis >= nextMillis;
    }

    /** @param number of the engine's change at which it is asked for, by which its answer is known */
    void asked(long number) {
        inFlight = true;
        token = number;
    }

    /** Whether this is the answer that is waited for; from then on none is. */
    boolean takes(long answered, long againMillis) {
        if (!inFlight || answered != token) {
            return false;
        }
        inFlight = false;
        attempts = 0;
        nextMillis = againMillis;
        known = true;
        return true;
    }

    void failed(long answered, long nowMillis) {
        if (inFlight && answered == token) {
            inFlight = false;
            nextMillis = nowMillis + Backoff.delayMillis(attempts++);
        }
    }

    void askBy(long millis) {
        nextMillis = Math.min(nextMillis, millis);
    }

    /** Whether what has this stamp was as it is when the last listing was asked for. */
    boolean isAfter(long stamp) {
        return stamp < token;
    }

    long wakeMillis() {
        return inFlight ? Long.MAX_VALUE : nextMillis;
    }
}
