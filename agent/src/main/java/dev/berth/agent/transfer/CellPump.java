package dev.berth.agent.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.berth.proto.agent.v1.Piece;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One Read call of the server: cells are read, hashed and compressed by several threads ahead of the one that runs this
 * and sends them in order.
 */
final class CellPump {
    /** How often it looks whether the file is still the one that was described. */
    private static final int CELLS_A_LOOK = 64;

    private final ServerCallStreamObserver<Piece> call;
    private final OutGate<Piece> gate;
    private final Grant grant;
    private final SourceImage image;
    private final BitSet held;
    private final ExecutorService workers;
    private final int cellsAtOnce;
    private final BooleanSupplier ended;

    CellPump(
            ServerCallStreamObserver<Piece> call,
            OutGate<Piece> gate,
            Grant grant,
            SourceImage image,
            BitSet held,
            ExecutorService workers,
            int cellsAtOnce,
            BooleanSupplier ended) {
        this.call = call;
        this.gate = gate;
        this.grant = grant;
        this.image = image;
        this.held = held;
        this.workers = workers;
        this.cellsAtOnce = cellsAtOnce;
        this.ended = ended;
    }

    /** A cell that waits for its turn; buffer is what its payload lies in, absent when there is none. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Ready(
            Cell cell,
            byte[] sha256,
            Piece.Encoding encoding,
            @Nullable ByteBuffer buffer) {}

    /** Empty: it ended by itself, all sent. Otherwise what the call should be closed with. */
    Optional<Status> run() throws IOException, InterruptedException {
        ArrayDeque<Future<Ready>> ahead = new ArrayDeque<>();
        try (BufferPool buffers = new BufferPool(2 * cellsAtOnce);
                FileChannel file = FileChannel.open(image.file(), StandardOpenOption.READ);
                PassingPages pages = PassingPages.ofRead(image.file())) {
            HashSlots slots = grant.slots();
            try {
                return sendAll(ahead, new Reading(buffers, file, pages, slots));
            } finally {
                finish(ahead);
            }
        }
    }

    /** What the workers read with. */
    private record Reading(BufferPool buffers, FileChannel file, PassingPages pages, HashSlots slots) {}

    private Optional<Status> sendAll(ArrayDeque<Future<Ready>> ahead, Reading reading)
            throws IOException, InterruptedException {
        CellCursor cursor = new CellCursor(image.map());
        TransferDigest digest = new TransferDigest(grant.volume(), image.map().fileBytes());
        PackingRace race = new PackingRace();
        long sent = 0;
        while (cursor.hasNext() || !ahead.isEmpty()) {
            while (cursor.hasNext() && ahead.size() < cellsAtOnce) {
                Cell cell = cursor.next();
                boolean pack = race.packNext();
                ahead.add(workers.submit(() -> prepare(cell, pack, reading)));
            }
            if (sent++ % CELLS_A_LOOK == 0 && !image.isUnchanged()) {
                return Optional.of(changed());
            }
            Ready ready = result(ahead.remove());
            try {
                if (!gate.awaitReady(ended)) {
                    return Optional.of(stopped());
                }
                send(ready);
            } finally {
                if (ready.buffer() != null) {
                    reading.buffers().giveBack(ready.buffer());
                }
            }
            race.sent(ready.buffer() == null ? 0 : ready.cell().dataBytes(), System.nanoTime());
            digest.add(ready.cell(), ready.sha256());
        }
        if (!image.isUnchanged()) {
            return Optional.of(changed());
        }
        call.onNext(Piece.newBuilder()
                .setDigest(ByteString.copyFrom(digest.finish()))
                .build());
        return Optional.empty();
    }

    private Ready prepare(Cell cell, boolean pack, Reading reading) throws IOException, InterruptedException {
        BufferPool buffers = reading.buffers();
        HashSlots slots = reading.slots();
        boolean isHeld = held.get((int) cell.number());
        if (isHeld) {
            Optional<byte[]> known = slots.get(cell.number());
            if (known.isPresent()) {
                return new Ready(cell, known.get(), Piece.Encoding.ENCODING_UNSPECIFIED, null);
            }
        }
        ByteBuffer plain = buffers.take();
        boolean plainIsPayload = false;
        try {
            if (!cell.read(reading.file(), plain)) {
                throw new IOException(image.file() + " became shorter while it was read");
            }
            reading.pages().passed(cell);
            byte[] sha256 = Sha256.of(plain);
            slots.put(cell.number(), sha256);
            if (isHeld) {
                return new Ready(cell, sha256, Piece.Encoding.ENCODING_UNSPECIFIED, null);
            }
            if (pack) {
                ByteBuffer packed = buffers.take();
                if (CellCodec.compress(plain, packed)) {
                    return new Ready(cell, sha256, Piece.Encoding.ENCODING_ZSTD, packed);
                }
                buffers.giveBack(packed);
            }
            plainIsPayload = true;
            return new Ready(cell, sha256, Piece.Encoding.ENCODING_PLAIN, plain);
        } finally {
            if (!plainIsPayload) {
                buffers.giveBack(plain);
            }
        }
    }

    private void send(Ready ready) {
        Piece.Builder piece = Piece.newBuilder()
                .setCell(ready.cell().number())
                .setSha256(UnsafeByteOperations.unsafeWrap(ready.sha256()))
                .setEncoding(ready.encoding());
        if (ready.buffer() != null) {
            // Its bytes are copied before onNext returns, so the buffer may be used again then.
            piece.setPayload(UnsafeByteOperations.unsafeWrap(ready.buffer()));
        }
        call.onNext(piece.build());
    }

    private static Ready result(Future<Ready> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw new IllegalStateException("a cell could not be prepared", e.getCause());
        }
    }

    /** Waits for what still uses the buffers. */
    private static void finish(ArrayDeque<Future<Ready>> ahead) {
        boolean interrupted = false;
        for (Future<Ready> future : ahead) {
            while (true) {
                try {
                    future.get();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    break;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Status stopped() {
        return gate.isCancelled() || ended.getAsBoolean()
                ? Grants.refusal()
                : Status.DEADLINE_EXCEEDED.withDescription("the receiver took nothing for too long");
    }

    private static Status changed() {
        return Status.FAILED_PRECONDITION.withDescription("the source changed; describe it again and start over");
    }
}
