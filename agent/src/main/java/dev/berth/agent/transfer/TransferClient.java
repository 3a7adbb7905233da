package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fetches copies from other agents. Immutable; any thread, each fetch on the thread that called it, several at once on
 * different files.
 */
public final class TransferClient {
    private final TransferIdentity identity;
    private final TransferLimits limits;
    private final Room room;

    /** @param room on the disk that it fetches to; a fetch is given up when it is refused more */
    public TransferClient(TransferIdentity identity, TransferLimits limits, Room room) {
        this.identity = identity;
        this.limits = limits;
        this.room = room;
    }

    /**
     * Returns when the file is exactly the source's copy: every cell read back and compared, the file and its folder synced.
     * Reconnects by itself as long as that brings anything new. Whatever it fails with, what is here stays, together with
     * a journal beside it, and the next call goes on from there, also in another process; a file of another origin, or of
     * another version of the source, is begun anew. The journal stays after success as well, so that a call that was repeated
     * costs no second transfer; see {@link #forgetJournal}.
     *
     * @param partialFile in a folder that exists; nobody else may touch it or mount it meanwhile
     */
    public TransferResult fetch(TransferSource source, Path partialFile, TransferProgress progress, Cancellation cancel)
            throws TransferException {
        return new Fetch(identity, limits, room, source, partialFile, progress, cancel).run();
    }

    /** Deletes what {@link #fetch} left beside the file, once the file is adopted or given up. */
    public static void forgetJournal(Path partialFile) throws IOException {
        Files.deleteIfExists(PartialFile.journalOf(partialFile));
    }
}
