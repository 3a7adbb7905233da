package dev.berth.agent.transfer;

/** Ends a fetch from another thread; once cancelled, always cancelled. */
public final class Cancellation {
    private volatile boolean cancelled;

    /** Returns at once; the fetch ends within a second, or when the disk lets go of it. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }
}
