package dev.berth.controller.telemetry;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call whose other side takes everything and whose end the test sees. */
final class FakeCall<T> extends ServerCallStreamObserver<T> {
    final CompletableFuture<Status> ended = new CompletableFuture<>();

    @Nullable
    ExecStream stream;

    private Runnable onCancel = () -> {};

    ExecStream stream() {
        return Objects.requireNonNull(stream);
    }

    /** The other side leaves. */
    void cancel() {
        onCancel.run();
    }

    Status end() throws Exception {
        return ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enabled) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void onNext(T message) {}

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }
}
