package dev.berth.agent.transfer;

/** Told how far a transfer is, a few times a second at most, on threads of the transfer; must return at once. */
@FunctionalInterface
public interface TransferProgress {
    /** Bytes of data that are proven to be here, of those that there are. */
    void at(long doneBytes, long totalBytes);
}
