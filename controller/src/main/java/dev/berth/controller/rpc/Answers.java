package dev.berth.controller.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what a future holds to whom it concerns, on whatever thread completes it. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** Exactly one of the two is there. */
    interface Taker<T> {
        void take(@Nullable T value, @Nullable Throwable failure);
    }

    /** To the caller of a unary call; on the thread on which it began. One who left early changes nothing (INV-13). */
    static <T> void send(CompletableFuture<T> answer, StreamObserver<T> observer) {
        if (observer instanceof ServerCallStreamObserver<T> call) {
            call.setOnCancelHandler(Answers::nothing);
        }
        whenDone(answer, (value, failure) -> {
            if (failure != null) {
                observer.onError(Refusals.of(failure));
            } else if (value != null) {
                observer.onNext(value);
                observer.onCompleted();
            }
        });
    }

    /** What the taker throws is logged, for nobody else would hear of it. */
    static <T> void whenDone(CompletableFuture<T> answer, Taker<T> taker) {
        var _ = answer.whenComplete((value, failure) -> {
            try {
                taker.take(value, failure);
            } catch (RuntimeException e) {
                LOG.error("An answer found no way to its caller", e);
            }
        });
    }

    private static void nothing() {}
}
