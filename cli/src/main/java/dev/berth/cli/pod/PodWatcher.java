package dev.berth.cli.pod;

import dev.berth.cli.command.Session;
import dev.berth.cli.connection.Connection;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One WatchPods stream: hands its messages on until the taker has enough, the stream ends, or the time is over. The
 * caller decides whether to watch again. Blocks the calling thread.
 */
final class PodWatcher {
    /** How a stream came to its end. */
    enum End {
        ENOUGH,
        BROKEN,
        TIME_OVER
    }

    private PodWatcher() {}

    /** {@code enough} takes each message and says whether it was the last one wanted. */
    static End watch(Session session, WatchPodsRequest request, Duration atMost, Predicate<WatchPodsResponse> enough) {
        Connection connection = session.connection();
        try (var context = Context.current().withCancellation()) {
            return context.call(() -> drain(connection, request, atMost, enough));
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case DEADLINE_EXCEEDED -> End.TIME_OVER;
                case UNAVAILABLE -> End.BROKEN;
                case OK,
                        CANCELLED,
                        UNKNOWN,
                        INVALID_ARGUMENT,
                        NOT_FOUND,
                        ALREADY_EXISTS,
                        PERMISSION_DENIED,
                        RESOURCE_EXHAUSTED,
                        FAILED_PRECONDITION,
                        ABORTED,
                        OUT_OF_RANGE,
                        UNIMPLEMENTED,
                        INTERNAL,
                        DATA_LOSS,
                        UNAUTHENTICATED -> throw connection.failure(e);
            };
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw Status.INTERNAL.withCause(e).asRuntimeException();
        }
    }

    private static End drain(
            Connection connection, WatchPodsRequest request, Duration atMost, Predicate<WatchPodsResponse> enough) {
        Iterator<WatchPodsResponse> responses = connection
                .streams()
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .watchPods(request);
        while (responses.hasNext()) {
            if (enough.test(responses.next())) {
                return End.ENOUGH;
            }
        }
        return End.BROKEN;
    }
}
