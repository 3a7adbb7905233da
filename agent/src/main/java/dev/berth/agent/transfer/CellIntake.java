package dev.berth.agent.transfer;

import dev.berth.proto.agent.v1.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes the cells that come and proves them: what counts is the hash of what was read back from the file. The thread of
 * the fetch hands cells in, as many at once as there is memory for; workers do the rest. Lives for one version of the
 * source, over several connections.
 */
final class CellIntake implements AutoCloseable {
    private final PartialFile partial;
    private final ExecutorService workers;
    private final Runnable onProgress;
    private final int cellsAtOnce;
    private final Semaphore room;
    /** One for each worker. */
    private final BufferPool buffers;

    private final Object writing = new Object();
    private final AtomicLong provenBytes = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicReference<@Nullable TransferException> failure = new AtomicReference<>();

    /** Both guarded by the lock of {@code proven}. */
    private final BitSet proven = new BitSet();

    private final BitSet wrong = new BitSet();

    CellIntake(PartialFile partial, ExecutorService workers, int cellsAtOnce, Runnable onProgress) {
        this.partial = partial;
        this.workers = workers;
        this.cellsAtOnce = cellsAtOnce;
        this.onProgress = onProgress;
        this.room = new Semaphore(cellsAtOnce);
        this.buffers = new BufferPool(TransferThreads.WORKERS);
    }

    long provenBytes() {
        return provenBytes.get();
    }

    long sentBytes() {
        return sentBytes.get();
    }

    /** Cells that need not come again: those that were proven, and those that the journal claims and nobody proved wrong. */
    BitSet held() throws IOException {
        BitSet held = partial.claimed();
        synchronized (proven) {
            held.andNot(wrong);
            wrong.clear();
        }
        return held;
    }

    /** Returns when it has room for the next. The first failure of an earlier one comes out here. */
    void take(Cell cell, ArrivedPiece piece) throws InterruptedException, TransferException {
        room.acquire();
        boolean handed = false;
        try {
            throwFailure();
            workers.execute(() -> {
                try {
                    prove(cell, piece);
                } catch (TransferException e) {
                    failure.compareAndSet(null, e);
                } catch (IOException e) {
                    failure.compareAndSet(null, Disk.failure(partial.path(), e));
                } catch (InterruptedException | RuntimeException e) {
                    failure.compareAndSet(
                            null, new TransferException(TransferFailure.DISK_ERROR, "a cell failed: " + e, e));
                } finally {
                    piece.release();
                    room.release();
                }
            });
            handed = true;
        } finally {
            if (!handed) {
                room.release();
            }
        }
    }

    /** Waits for all that were handed in; true when each of them is proven. */
    boolean finish() throws InterruptedException, TransferException {
        room.acquire(cellsAtOnce);
        room.release(cellsAtOnce);
        throwFailure();
        synchronized (proven) {
            return wrong.isEmpty();
        }
    }

    private void throwFailure() throws TransferException {
        TransferException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void prove(Cell cell, ArrivedPiece piece) throws IOException, InterruptedException, TransferException {
        byte[] expected = piece.sha256();
        boolean right = switch (piece.encoding()) {
            case ENCODING_UNSPECIFIED -> isHere(cell, expected);
            case ENCODING_PLAIN, ENCODING_ZSTD -> {
                write(cell, piece, expected);
                yield true;
            }
            case UNRECOGNIZED ->
                throw new TransferException(
                        TransferFailure.CORRUPT,
                        "the source packs cells in a way that this agent does not know; update it");
        };
        synchronized (proven) {
            if (!right) {
                wrong.set((int) cell.number());
            } else if (!proven.get((int) cell.number())) {
                proven.set((int) cell.number());
                provenBytes.addAndGet(cell.dataBytes());
            }
        }
        onProgress.run();
    }

    private boolean isHere(Cell cell, byte[] expected) throws IOException, InterruptedException {
        boolean before;
        synchronized (proven) {
            before = proven.get((int) cell.number());
        }
        if (before) {
            return partial.slots()
                    .get(cell.number())
                    .filter(hash -> Arrays.equals(hash, expected))
                    .isPresent();
        }
        ByteBuffer buffer = buffers.take();
        try {
            return cell.read(partial.file(), buffer) && Arrays.equals(Sha256.of(buffer), expected);
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private void write(Cell cell, ArrivedPiece piece, byte[] expected)
            throws IOException, InterruptedException, TransferException {
        ByteBuffer payload = piece.payload().orElseThrow(() -> wrongSize(cell));
        sentBytes.addAndGet(payload.remaining());
        if (piece.encoding() == Piece.Encoding.ENCODING_PLAIN) {
            if (payload.remaining() != cell.dataBytes()) {
                throw wrongSize(cell);
            }
            writeAndCompare(cell, payload, expected);
            return;
        }
        ByteBuffer plain = buffers.take();
        try {
            if (!CellCodec.decompress(payload, plain, cell.dataBytes())) {
                throw wrongSize(cell);
            }
            writeAndCompare(cell, plain, expected);
        } finally {
            buffers.giveBack(plain);
        }
    }

    private void writeAndCompare(Cell cell, ByteBuffer plain, byte[] expected) throws IOException, TransferException {
        // One at a time: the kernel lets only one in anyway, and the others would spin there.
        synchronized (writing) {
            cell.write(partial.file(), plain);
        }
        if (!cell.read(partial.file(), plain) || !Arrays.equals(Sha256.of(plain), expected)) {
            throw new TransferException(
                    TransferFailure.CORRUPT,
                    "cell " + cell.number() + " has another hash on this host's disk than at the source");
        }
        partial.slots().put(cell.number(), expected);
        partial.pages().passed(cell);
    }

    private static TransferException wrongSize(Cell cell) {
        return new TransferException(
                TransferFailure.CORRUPT, "cell " + cell.number() + " came with another size than it has");
    }

    /** After the last worker is through. */
    @Override
    public void close() {
        room.acquireUninterruptibly(cellsAtOnce);
        buffers.close();
    }
}
