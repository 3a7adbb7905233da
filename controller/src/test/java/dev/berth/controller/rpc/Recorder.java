package dev.berth.controller.rpc;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of a stream that takes messages only as the test asks for them, or all of them. */
final class Recorder<Q, A> implements ClientResponseObserver<Q, A> {
    final BlockingQueue<A> arrived = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final boolean greedy;
    private @Nullable ClientCallStreamObserver<Q> call;

    private Recorder(boolean greedy) {
        this.greedy = greedy;
    }

    static <Q, A> Recorder<Q, A> greedy() {
        return new Recorder<>(true);
    }

    /** Takes nothing until {@link #request}. */
    static <Q, A> Recorder<Q, A> stalled() {
        return new Recorder<>(false);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        call = stream;
        if (!greedy) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    void request(int messages) {
        Objects.requireNonNull(call).request(messages);
    }

    void cancel() {
        Objects.requireNonNull(call).cancel("the test leaves", null);
    }

    A next() throws InterruptedException {
        A message = arrived.poll(20, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message within 20 s; ended: " + ended.getNow(Status.UNKNOWN));
        }
        return message;
    }

    Status end() throws Exception {
        return ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(A message) {
        arrived.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }
}
