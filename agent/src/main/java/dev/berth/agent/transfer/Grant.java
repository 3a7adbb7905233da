package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One transfer that this server owes: which file, to whom, and what is known of the file from call to call. A newer call
 * displaces an older one, which its client may have lost without our knowing. Any thread.
 */
final class Grant {
    private final Ticket ticket;
    private final VolumeKey volume;
    private final String clientFingerprint;
    private final Path file;
    private final Supplier<CopyFacts> facts;

    /** Held while the file is synced and scanned, which takes its time; never needed by who only revokes. */
    private final Object knowledge = new Object();

    private @Nullable SourceImage image;
    private @Nullable FileChannel slotsFile;
    private @Nullable HashSlots slots;

    private @Nullable Runnable endCall;
    private boolean revoked;

    Grant(Ticket ticket, VolumeKey volume, String clientFingerprint, Path file, Supplier<CopyFacts> facts) {
        this.ticket = ticket;
        this.volume = volume;
        this.clientFingerprint = clientFingerprint;
        this.file = file;
        this.facts = facts;
    }

    VolumeKey volume() {
        return volume;
    }

    boolean isSameAs(Grant other) {
        return ticket.equals(other.ticket)
                && volume.equals(other.volume)
                && clientFingerprint.equals(other.clientFingerprint)
                && file.equals(other.file);
    }

    /** Both are compared as one, in a time that tells of neither. */
    boolean admits(String presentedTicket, String presentedFingerprint) {
        return Fingerprints.same(ticket.hex() + " " + clientFingerprint, presentedTicket + " " + presentedFingerprint);
    }

    /** As the file is now; what was learned of it before goes on counting if it is the same still. */
    SourceImage describe() throws IOException {
        synchronized (knowledge) {
            if (image == null || !image.isUnchanged()) {
                forget();
                image = SourceImage.describe(file);
            }
            return image;
        }
    }

    CopyFacts facts() throws IOException {
        try {
            return facts.get();
        } catch (RuntimeException e) {
            throw new IOException("what is known of copy " + volume + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What was described under this version, if that is what the file is still. */
    Optional<SourceImage> described(String token) throws IOException {
        SourceImage current = describe();
        return current.token().equals(token) ? Optional.of(current) : Optional.empty();
    }

    /** Hashes of this version that were made already: in a file that has no name, so it goes with the process. */
    HashSlots slots() throws IOException {
        synchronized (knowledge) {
            if (slots == null) {
                Path scratch = Files.createTempFile("berth-transfer-", ".hashes");
                slotsFile = FileChannel.open(
                        scratch, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
                slots = new HashSlots(
                        slotsFile, 0, SourceVersion.bytes(describe().token()));
            }
            return slots;
        }
    }

    /** From now on this call is the transfer's; the one before ends. False once it was revoked. */
    synchronized boolean take(Runnable endOfCall) {
        if (endCall != null) {
            endCall.run();
        }
        endCall = revoked ? null : endOfCall;
        return !revoked;
    }

    void release(Runnable endOfCall) {
        synchronized (this) {
            if (!endOfCall.equals(endCall) && !revoked) {
                return;
            }
            endCall = null;
            if (!revoked) {
                return;
            }
        }
        forget();
    }

    void revoke() {
        synchronized (this) {
            revoked = true;
            if (endCall != null) {
                // Its end forgets.
                endCall.run();
                return;
            }
        }
        forget();
    }

    private void forget() {
        synchronized (knowledge) {
            try {
                if (slotsFile != null) {
                    slotsFile.close();
                }
            } catch (IOException e) {
                // It has no name and nobody reads it again.
            }
            slotsFile = null;
            slots = null;
            image = null;
        }
    }
}
