package dev.berth.agent.transfer;

import dev.berth.proto.agent.v1.Piece;
import dev.berth.proto.agent.v1.ReadRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One call of {@link TransferClient#fetch}: as many connections and versions of the source as it takes. Its caller's thread. */
final class Fetch {
    private static final int MOST_VERSIONS = 4;
    private static final int MOST_ROUNDS = 4;
    private static final long FIRST_WAIT_NANOS = 50_000_000;
    private static final long LONGEST_WAIT_NANOS = 3_000_000_000L;
    private static final long LOOK_NANOS = 50_000_000;

    private final TransferIdentity identity;
    private final TransferLimits limits;
    private final Room room;
    private final TransferSource source;
    private final Path path;
    private final ProgressMeter progress;
    private final Cancellation cancel;
    private final ExecutorService workers = TransferThreads.queued("transfer-write", TransferThreads.WORKERS);

    /** As many as are on their way or wait, and as many as are worked on. */
    private final BufferPool payloads;

    private @Nullable RemoteImage image;
    private @Nullable PartialFile partial;
    private @Nullable CellIntake intake;
    private int versions;

    Fetch(
            TransferIdentity identity,
            TransferLimits limits,
            Room room,
            TransferSource source,
            Path path,
            TransferProgress progress,
            Cancellation cancel) {
        this.identity = identity;
        this.limits = limits;
        this.room = room;
        this.source = source;
        this.path = path;
        this.progress = new ProgressMeter(progress);
        this.cancel = cancel;
        payloads = new BufferPool(2 * limits.cellsAtOnce() + 1);
    }

    TransferResult run() throws TransferException {
        try {
            return reconnecting();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } catch (ClosedByInterruptException e) {
            throw cancelled(e);
        } catch (IOException e) {
            throw Disk.failure(path, e);
        } finally {
            letGo();
            workers.shutdown();
            TransferThreads.await(List.of(workers), 1_000);
            payloads.close();
        }
    }

    private TransferResult reconnecting() throws IOException, InterruptedException, TransferException {
        long quietSince = System.nanoTime();
        long wait = FIRST_WAIT_NANOS;
        while (true) {
            long before = provenBytes();
            StatusRuntimeException broken;
            try (SourceConnection connection = new SourceConnection(identity, source, limits)) {
                try {
                    return over(connection);
                } catch (StatusRuntimeException e) {
                    broken = judge(e, connection);
                }
            }
            long now = System.nanoTime();
            if (provenBytes() > before) {
                quietSince = now;
                wait = FIRST_WAIT_NANOS;
            } else if (now - quietSince >= limits.retry().toNanos()) {
                throw new TransferException(
                        TransferFailure.UNREACHABLE,
                        "the agent at " + source.address() + " does not send copy " + source.volume() + ": "
                                + broken.getStatus().getCode() + " "
                                + broken.getStatus().getDescription()
                                + "; try again, what is here is kept",
                        broken);
            }
            pause(wait);
            wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
        }
    }

    private long provenBytes() {
        return intake == null ? 0 : intake.provenBytes();
    }

    /** Returns what another try may mend. */
    private StatusRuntimeException judge(StatusRuntimeException e, SourceConnection connection)
            throws TransferException {
        if (cancel.isCancelled()) {
            throw cancelled(e);
        }
        Optional<String> stranger = connection.stranger();
        if (stranger.isPresent()) {
            throw new TransferException(
                    TransferFailure.REFUSED,
                    "the agent at " + source.address() + " has the certificate " + stranger.get() + ", not "
                            + source.serverFingerprint() + " as the controller said: it is another agent",
                    e);
        }
        String said = e.getStatus().getDescription();
        return switch (e.getStatus().getCode()) {
            case NOT_FOUND, UNIMPLEMENTED, PERMISSION_DENIED, UNAUTHENTICATED, INVALID_ARGUMENT ->
                throw new TransferException(
                        TransferFailure.REFUSED,
                        "the agent at " + source.address() + " refuses copy " + source.volume() + ": " + said,
                        e);
            case DATA_LOSS ->
                throw new TransferException(
                        TransferFailure.SOURCE_ERROR, "the agent at " + source.address() + ": " + said, e);
            case FAILED_PRECONDITION -> {
                if (versions >= MOST_VERSIONS) {
                    throw new TransferException(
                            TransferFailure.SOURCE_ERROR,
                            "copy " + source.volume() + " at " + source.address() + " changed " + versions
                                    + " times while it was sent; something still writes to it",
                            e);
                }
                yield e;
            }
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    ALREADY_EXISTS,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    OUT_OF_RANGE,
                    INTERNAL,
                    UNAVAILABLE -> e;
        };
    }

    private TransferResult over(SourceConnection connection)
            throws IOException, InterruptedException, TransferException {
        RemoteImage current = describe(connection);
        if (image == null || !image.version().equals(current.version())) {
            letGo();
            versions++;
            PartialFile opened = PartialFile.open(path, current.map(), about(current));
            partial = opened;
            intake = new CellIntake(opened, workers, limits.cellsAtOnce(), this::tell);
            image = current;
        }
        PartialFile file = Objects.requireNonNull(partial);
        CellIntake cells = Objects.requireNonNull(intake);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            byte[] digest = receive(connection, current, cells);
            if (cells.finish()) {
                return settle(current, file, cells, digest);
            }
        }
        throw new TransferException(
                TransferFailure.CORRUPT,
                path + " changes while copy " + source.volume() + " is fetched into it; something else writes to it");
    }

    private RemoteImage describe(SourceConnection connection) throws InterruptedException, TransferException {
        try {
            return connection.describe(cancel::isCancelled);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TransferException(
                    TransferFailure.CORRUPT,
                    "the agent at " + source.address() + " describes copy " + source.volume() + " as what cannot be: "
                            + e.getMessage(),
                    e);
        }
    }

    /** All cells in order, each handed on to be proven. Returns the digest on which both ends agree. */
    private byte[] receive(SourceConnection connection, RemoteImage current, CellIntake cells)
            throws IOException, InterruptedException, TransferException {
        BitSet held = cells.held();
        requireRoom(missingBytes(current.map(), held));
        TransferDigest digest =
                new TransferDigest(source.volume(), current.map().fileBytes());
        CellCursor cursor = new CellCursor(current.map());
        PieceStream<ReadRequest, ArrivedPiece> pieces = connection.read(current, held, payloads);
        try {
            while (true) {
                ArrivedPiece piece =
                        pieces.next(limits.stall(), cancel::isCancelled).orElseThrow(() -> corrupt("no end"));
                if (piece.digest().length > 0) {
                    byte[] ours = digest.finish();
                    if (cursor.hasNext() || !Arrays.equals(ours, piece.digest())) {
                        throw corrupt("another digest of the whole than its cells have");
                    }
                    return ours;
                }
                if (!cursor.hasNext()) {
                    throw corrupt("a cell too many");
                }
                Cell cell = cursor.next();
                if (piece.cell() != cell.number()
                        || piece.sha256().length != Sha256.BYTES
                        || (piece.encoding() == Piece.Encoding.ENCODING_UNSPECIFIED
                                && !held.get((int) cell.number()))) {
                    throw corrupt("cell " + piece.cell() + " where cell " + cell.number() + " should come");
                }
                digest.add(cell, piece.sha256());
                // Others write to this disk as well; what is proven here stays for a later fetch.
                requireRoom(0);
                cells.take(cell, piece);
            }
        } finally {
            pieces.cancel();
        }
    }

    private static long missingBytes(DataMap map, BitSet held) {
        long missingBytes = 0;
        CellCursor cursor = new CellCursor(map);
        while (cursor.hasNext()) {
            Cell cell = cursor.next();
            missingBytes += held.get((int) cell.number()) ? 0 : cell.dataBytes();
        }
        return missingBytes;
    }

    private void requireRoom(long bytes) throws TransferException {
        Optional<String> refusal = room.refusal(bytes);
        if (refusal.isPresent()) {
            throw new TransferException(
                    TransferFailure.DISK_FULL,
                    "no room for what is missing of copy " + source.volume() + " in " + path + ": " + refusal.get()
                            + "; the transfer goes on from where it is");
        }
    }

    private TransferResult settle(RemoteImage current, PartialFile file, CellIntake cells, byte[] digest)
            throws IOException, TransferException {
        if (!file.settle()) {
            throw new TransferException(
                    TransferFailure.CORRUPT,
                    path + " has something where copy " + source.volume()
                            + " has a hole: it was not begun by this transfer alone; fetch it again, from the beginning");
        }
        progress.end(current.map().dataBytes());
        return new TransferResult(
                current.map().fileBytes(),
                current.map().dataBytes(),
                cells.sentBytes(),
                HexFormat.of().formatHex(digest),
                current.facts());
    }

    /** What a partial file is a part of: this version of this copy of this agent. */
    private byte[] about(RemoteImage current) {
        MessageDigest digest = Fingerprints.sha256();
        digest.update((source.serverFingerprint() + "\n" + source.volume() + "\n" + current.version() + "\n")
                .getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(current.map().fileBytes())
                .putLong(Cell.BYTES)
                .flip());
        return digest.digest();
    }

    private void tell() {
        if (image != null && intake != null) {
            progress.at(intake.provenBytes(), image.map().dataBytes());
        }
    }

    private TransferException corrupt(String what) {
        return new TransferException(
                TransferFailure.CORRUPT,
                "the agent at " + source.address() + " sends of copy " + source.volume() + " " + what);
    }

    private TransferException cancelled(Exception e) {
        return new TransferException(
                TransferFailure.CANCELLED,
                "fetching copy " + source.volume() + " was cancelled; it can go on later",
                e);
    }

    private void pause(long nanos) throws InterruptedException, TransferException {
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (cancel.isCancelled()) {
                throw new TransferException(
                        TransferFailure.CANCELLED,
                        "fetching copy " + source.volume() + " was cancelled; it can go on later");
            }
        }
    }

    /** Of the version so far: its workers first, since they use the rest. */
    private void letGo() {
        if (intake != null) {
            intake.close();
        }
        if (partial != null) {
            try {
                partial.close();
            } catch (IOException e) {
                // What was proven was synced before; anything else is proven again.
            }
        }
        intake = null;
        partial = null;
        image = null;
    }
}
