package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.LoopRefusal;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every way to say no, as a gRPC status; the one place that decides which code it is. Any thread. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {}

    static StatusRuntimeException of(Reply.Refused refused) {
        return switch (refused.kind()) {
            case INVALID_ARGUMENT -> Violations.one(refused.field(), refused.message());
            case NOT_FOUND -> status(Status.NOT_FOUND, refused.message());
            case ALREADY_EXISTS -> status(Status.ALREADY_EXISTS, refused.message());
            case FAILED_PRECONDITION -> status(Status.FAILED_PRECONDITION, refused.message());
            case ABORTED -> status(Status.ABORTED, refused.message());
            case UNSATISFIABLE -> status(Status.FAILED_PRECONDITION, "UNSATISFIABLE: " + refused.message());
            case RESOURCE_EXHAUSTED -> status(Status.RESOURCE_EXHAUSTED, refused.message());
        };
    }

    static StatusRuntimeException status(Status status, String sentence) {
        return status.withDescription(sentence).asRuntimeException();
    }

    /**
     * What a failed call is answered with. What nobody foresaw becomes INTERNAL with an id that the log explains, and
     * tells nothing else (reliability.md e.2).
     */
    static StatusRuntimeException of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case StatusRuntimeException known -> known;
            case StatusException known -> new StatusRuntimeException(known.getStatus(), known.getTrailers());
            case LoopRefusal refusal ->
                switch (refusal.kind()) {
                    case RESOURCE_EXHAUSTED -> status(Status.RESOURCE_EXHAUSTED, String.valueOf(refusal.getMessage()));
                    case UNAVAILABLE -> status(Status.UNAVAILABLE, String.valueOf(refusal.getMessage()));
                };
            default -> {
                String id = UUID.randomUUID().toString();
                LOG.error("A call failed in a way nobody foresaw, id {}", id, cause);
                yield status(
                        Status.INTERNAL, "the controller failed at this call; its log explains it under " + id + ".");
            }
        };
    }
}
