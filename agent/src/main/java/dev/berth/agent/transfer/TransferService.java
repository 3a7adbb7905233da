package dev.berth.agent.transfer;

import dev.berth.proto.agent.v1.DescribeRequest;
import dev.berth.proto.agent.v1.Piece;
import dev.berth.proto.agent.v1.ReadRequest;
import dev.berth.proto.agent.v1.VolumeImage;
import dev.berth.proto.agent.v1.VolumeTransferGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server answers to calls that {@link Grants} let in. A call that has work to do gets a thread for itself, or the
 * answer that there is none; gRPC's threads only begin it.
 */
final class TransferService extends VolumeTransferGrpc.VolumeTransferImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(TransferService.class);

    private final TransferLimits limits;
    private final ExecutorService calls;
    private final ExecutorService workers;

    TransferService(TransferLimits limits, ExecutorService calls, ExecutorService workers) {
        this.limits = limits;
        this.calls = calls;
        this.workers = workers;
    }

    /** What a call does on its own thread; empty: it sent all, and is complete. */
    private interface Work<T> {
        Optional<Status> run(Grant grant, OutGate<T> gate, AtomicBoolean ended)
                throws IOException, InterruptedException;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<VolumeImage> observer) {
        ServerCallStreamObserver<VolumeImage> call = (ServerCallStreamObserver<VolumeImage>) observer;
        begin(call, (grant, gate, ended) -> {
            if (!grant.volume().volumeId().equals(request.getVolumeId())
                    || grant.volume().generation() != request.getGeneration()) {
                return Optional.of(Grants.refusal());
            }
            for (VolumeImage part : ImageMessages.of(grant.describe(), grant.facts())) {
                if (!gate.awaitReady(ended::get)) {
                    return Optional.of(Grants.refusal());
                }
                call.onNext(part);
            }
            return Optional.empty();
        });
    }

    @Override
    public void read(ReadRequest request, StreamObserver<Piece> observer) {
        ServerCallStreamObserver<Piece> call = (ServerCallStreamObserver<Piece>) observer;
        begin(call, (grant, gate, ended) -> {
            Optional<SourceImage> image = grant.described(request.getVersion());
            if (image.isEmpty()) {
                return Optional.of(Status.FAILED_PRECONDITION.withDescription(
                        "the source is not what was described any more; describe it again and start over"));
            }
            BitSet held = BitSet.valueOf(request.getHeldCells().asReadOnlyByteBuffer());
            return new CellPump(call, gate, grant, image.get(), held, workers, limits.cellsAtOnce(), ended::get).run();
        });
    }

    private <T> void begin(ServerCallStreamObserver<T> call, Work<T> work) {
        Grant grant = Grants.GRANT.get();
        OutGate<T> gate = new OutGate<>(call, limits.stall());
        try {
            calls.execute(() -> run(grant, call, gate, work));
        } catch (RejectedExecutionException full) {
            call.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("this agent serves " + limits.servedAtOnce() + " transfers already; try again")
                    .asRuntimeException());
        }
    }

    private static <T> void run(Grant grant, ServerCallStreamObserver<T> call, OutGate<T> gate, Work<T> work) {
        AtomicBoolean ended = new AtomicBoolean();
        Runnable end = () -> {
            ended.set(true);
            gate.wake();
        };
        Optional<Status> status;
        try {
            status = grant.take(end) ? work.run(grant, gate, ended) : Optional.of(Grants.refusal());
        } catch (IOException e) {
            LOG.warn("copy {} cannot be sent: {}", grant.volume(), e.getMessage());
            status =
                    Optional.of(Status.DATA_LOSS.withDescription("the source cannot read its copy: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = Optional.of(Status.UNAVAILABLE.withDescription("this agent is stopping"));
        } catch (RuntimeException e) {
            LOG.error("sending copy {} failed", grant.volume(), e);
            status = Optional.of(Status.INTERNAL.withDescription("the source failed; its log says how"));
        } finally {
            grant.release(end);
        }
        if (call.isCancelled()) {
            return;
        }
        if (status.isEmpty()) {
            call.onCompleted();
        } else {
            call.onError(status.get().asRuntimeException());
        }
    }
}
