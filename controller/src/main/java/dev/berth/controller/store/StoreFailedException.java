package dev.berth.controller.store;

/**
 * The store cannot vouch for what is on disk. The process must stop and come back by recovery; it must never try the
 * same write again, since a failed fsync may have dropped the pages that a second one would claim to have written.
 */
public final class StoreFailedException extends RuntimeException {
    public StoreFailedException(String message) {
        super(message);
    }

    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
