package dev.berth.agent.pod;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The way of copies of volumes between agents. Safe for use by many threads. */
public interface CopyTransfers {
    /** A fetch that did not end in a verified copy; what is here stays, and the next one goes on from there. */
    final class FetchException extends Exception {
        private static final long serialVersionUID = 1;

        public FetchException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * A copy that is here.
     *
     * @param facts what the source knows of it; empty where it is of an older agent, which does not tell
     */
    record Fetched(long fileBytes, Optional<CopyFacts> facts) {}

    /** A fetch of that copy is to run soon: from now on it can be cancelled. Returns at once. */
    void begin(VolumeKey key);

    /**
     * Of a fetch that has begun. Returns when the file is exactly the source's copy, and durable. Blocks.
     *
     * @param percent told how far it is, on any thread
     */
    Fetched fetch(VolumeOrder order, Path file, IntConsumer percent) throws FetchException;

    /** The fetch of that copy is over: what comes too late to cancel it does not cancel the next one. */
    void end(VolumeKey key);

    /** Ends the fetch of that copy soon, if one has begun and not ended. */
    void cancel(VolumeKey key);

    /** The fetched file is adopted or given up: what the fetch kept beside it goes. */
    void forget(Path file);

    /**
     * From now on these may fetch that copy, and nobody else. Returns at once; holds when it returns.
     *
     * @param facts what is known of the copy; read when one of them asks
     */
    void grant(VolumeKey key, Path file, Supplier<CopyFacts> facts, List<FetchGrant> grants);
}
