package dev.berth.controller.store;

/**
 * The disk is full and nothing was written: callers are told RESOURCE_EXHAUSTED and may try again. Checked, because
 * going on is the one right answer to it, as stopping is to {@link StoreFailedException}.
 */
public final class StoreFullException extends Exception {
    public StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
