package dev.berth.cli.exec;

import com.google.protobuf.ByteString;
import dev.berth.cli.command.Session;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import dev.berth.proto.v1.ExecStdinEnd;
import dev.berth.proto.v1.PodsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One command in a pod. One thread reads what it answers and one sends, and each waits for the other side, so that no
 * more than a few messages are ever held here. Without a deadline; closing it ends the command.
 */
public final class ExecCall implements AutoCloseable {
    /** The most that one message may carry. */
    public static final int MOST_BYTES = 64 << 10;

    private static final int AHEAD = 4;

    private sealed interface Arrival {
        record Message(ExecPodResponse response) implements Arrival {}

        record End(Status status) implements Arrival {}
    }

    private final Session session;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<ExecPodRequest> call;
    private boolean over;

    private ExecCall(Session session) {
        this.session = session;
    }

    /** Asks for the command; a refusal shows in the first {@link #next}. */
    public static ExecCall open(Session session, ExecStart start) {
        ExecCall opened = new ExecCall(session);
        var _ = session.connection().streams(PodsGrpc::newStub).execPod(opened.new Answers());
        opened.send(ExecPodRequest.newBuilder().setStart(start).build());
        return opened;
    }

    /**
     * What comes next; the last is an exit.
     *
     * @throws dev.berth.cli.outcome.CliFailure the command was refused, or the way to it was lost
     */
    public ExecPodResponse next() {
        Arrival arrival;
        try {
            arrival = arrivals.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            arrival = new Arrival.End(Status.CANCELLED.withDescription("interrupted"));
        }
        return switch (arrival) {
            case Arrival.Message(ExecPodResponse response) -> {
                call().request(1);
                yield response;
            }
            case Arrival.End(Status status) ->
                throw session.connection()
                        .failure((status.isOk()
                                        ? Status.INTERNAL.withDescription("The command's end was not told")
                                        : status)
                                .asRuntimeException());
        };
    }

    /** Waits until it can go; false when the call is over, and nothing can. */
    public boolean stdin(ByteString bytes) {
        return send(ExecPodRequest.newBuilder().setStdin(bytes).build());
    }

    public void stdinEnd() {
        send(ExecPodRequest.newBuilder()
                .setStdinEnd(ExecStdinEnd.getDefaultInstance())
                .build());
    }

    /** As the others; safe beside them. */
    public synchronized boolean send(ExecPodRequest request) {
        ClientCallStreamObserver<ExecPodRequest> to = call();
        try {
            while (!over && !to.isReady() && !request.hasStart()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        if (!over) {
            to.onNext(request);
        }
        return !over;
    }

    private ClientCallStreamObserver<ExecPodRequest> call() {
        ClientCallStreamObserver<ExecPodRequest> known = call;
        if (known == null) {
            throw new IllegalStateException("The call has not begun");
        }
        return known;
    }

    private synchronized void wake(boolean ended) {
        over |= ended;
        notifyAll();
    }

    @Override
    public void close() {
        wake(true);
        call().cancel("the client is done", null);
    }

    /** On the connection's thread, which it never holds up. */
    private final class Answers implements ClientResponseObserver<ExecPodRequest, ExecPodResponse> {
        @Override
        public void beforeStart(ClientCallStreamObserver<ExecPodRequest> started) {
            call = started;
            started.disableAutoRequestWithInitial(AHEAD);
            started.setOnReadyHandler(() -> wake(false));
        }

        @Override
        public void onNext(ExecPodResponse response) {
            arrivals.add(new Arrival.Message(response));
        }

        @Override
        public void onError(Throwable failure) {
            end(
                    failure instanceof StatusRuntimeException refused
                            ? refused.getStatus()
                            : Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end(Status.OK);
        }

        private void end(Status status) {
            arrivals.add(new Arrival.End(status));
            wake(true);
        }
    }
}
