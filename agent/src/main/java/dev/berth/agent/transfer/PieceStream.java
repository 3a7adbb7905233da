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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one call, taken one by one by a thread of ours; so many as were asked for at first are on their way or
 * waiting at any time, and flow control holds up the rest. gRPC's threads fill it.
 */
final class PieceStream<Q, R> implements ClientResponseObserver<Q, R> {
    private static final long LOOK_MILLIS = 100;

    private final int ahead;
    private final Consumer<R> unwanted;
    private final BlockingQueue<Arrival<R>> arrivals = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<Q> call;
    private boolean cancelled;

    /** @param unwanted told of each message that nobody took */
    PieceStream(int ahead, Consumer<R> unwanted) {
        this.ahead = ahead;
        this.unwanted = unwanted;
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
    public synchronized void onNext(R message) {
        if (cancelled) {
            unwanted.accept(message);
        } else {
            arrivals.add(new Message<>(message));
        }
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
            if (stopped.getAsBoolean()) {
                throw Status.CANCELLED.withDescription("stopped here").asRuntimeException();
            }
            Arrival<R> arrival = arrivals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
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
        synchronized (this) {
            cancelled = true;
            for (Arrival<R> arrival : arrivals) {
                if (arrival instanceof Message<R>(R message)) {
                    unwanted.accept(message);
                }
            }
            arrivals.clear();
        }
    }

    private ClientCallStreamObserver<Q> started() {
        if (call == null) {
            throw new IllegalStateException("the call was not started");
        }
        return call;
    }
}
