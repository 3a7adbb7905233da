package dev.berth.agent.transfer;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one call, taken one by one by a thread of ours; so many as were asked for at first are on their way or
 * waiting at any time, and flow control holds up the rest. gRPC's threads fill it.
 */
final class PieceStream<Q, R> implements ClientResponseObserver<Q, R> {
    private static final long LOOK_MILLIS = 100;

    private final int ahead;
    private final BlockingQueue<Arrival<R>> arrivals = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<Q> call;

    PieceStream(int ahead) {
        this.ahead = ahead;
    }

    private sealed interface Arrival<R> {}

    private record Message<R>(R message) implements Arrival<R> {}

    private record End<R>(Status status) implements Arrival<R> {}

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> started) {
        call = started;
        started.disableAutoRequestWithInitial(ahead);
    }

    @Override
    public void onNext(R message) {
        arrivals.add(new Message<>(message));
    }

    @Override
    public void onError(Throwable error) {
        arrivals.add(new End<>(Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
        arrivals.add(new End<>(Status.OK));
    }

    /**
     * Empty at the end of a call that went well.
     *
     * @throws StatusRuntimeException of a call that did not; CANCELLED when we stopped, DEADLINE_EXCEEDED on a stall
     */
    Optional<R> next(Duration stall, BooleanSupplier stopped) throws InterruptedException {
        long deadline = System.nanoTime() + stall.toNanos();
        while (true) {
            Arrival<R> arrival = arrivals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (stopped.getAsBoolean()) {
                throw Status.CANCELLED.withDescription("stopped here").asRuntimeException();
            }
            if (arrival == null) {
                if (System.nanoTime() >= deadline) {
                    throw Status.DEADLINE_EXCEEDED
                            .withDescription("nothing came for " + stall.toSeconds() + " s")
                            .asRuntimeException();
                }
                continue;
            }
            switch (arrival) {
                case Message<R>(R message) -> {
                    started().request(1);
                    return Optional.of(message);
                }
                case End<R>(Status status) -> {
                    if (!status.isOk()) {
                        throw status.asRuntimeException();
                    }
                    return Optional.empty();
                }
            }
        }
    }

    /** Needed where not all was read; harmless otherwise. */
    void cancel() {
        started().cancel("not wanted any more", null);
    }

    private ClientCallStreamObserver<Q> started() {
        if (call == null) {
            throw new IllegalStateException("the call was not started");
        }
        return call;
    }
}
