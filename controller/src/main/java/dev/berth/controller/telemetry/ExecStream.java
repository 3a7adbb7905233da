package dev.berth.controller.telemetry;

import dev.berth.proto.agent.v1.ExecFailure;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStdinEnd;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One command between a caller's call and an agent's. In each direction the next message is asked for only once the
 * last has gone out and the other side takes more, so a side that stops reading stops the other and costs one message
 * here. Either side's end ends the other. Called on the network threads of both ports.
 */
public final class ExecStream {
    public static final int MAX_CHUNK_BYTES = 64 << 10;

    /** Asks for one more message of the caller. */
    public interface Inbound {
        void more();
    }

    private final Consumer<ExecStream> onEnd;
    private final String id;
    private final ServerCallStreamObserver<ExecPodResponse> client;
    private final Inbound inbound;
    private @Nullable ServerCallStreamObserver<ExecInput> agent;
    private @Nullable ExecPodResponse unsent;
    private @Nullable Consumer<String> endListener;
    /** What looks after this stream later on: it holds the stream, and with that the whole connection, till then. */
    private final List<Future<?>> watches = new ArrayList<>();

    private volatile long lastTrafficNanos = System.nanoTime();

    /** Messages that were asked for and are not here yet. The caller's first, start, is asked for elsewhere. */
    private boolean outputAsked;

    private boolean inputAsked;
    /** The caller has half-closed: nothing more is to be asked for. */
    private boolean inputEnded;
    /** The agent was told the end of the standard input. */
    private boolean stdinEnded;

    private boolean started;
    private boolean agentDone;
    private boolean ended;

    ExecStream(
            Consumer<ExecStream> onEnd, String id, ServerCallStreamObserver<ExecPodResponse> client, Inbound inbound) {
        this.onEnd = onEnd;
        this.id = id;
        this.client = client;
        this.inbound = inbound;
    }

    String id() {
        return id;
    }

    void begin() {
        client.setOnReadyHandler(this::move);
        client.setOnCancelHandler(
                () -> finish(Status.CANCELLED.withDescription("the caller left").asRuntimeException()));
    }

    /** Hears once how it ended, for the audit log. */
    public synchronized void onEnd(Consumer<String> listener) {
        endListener = listener;
    }

    /** Answers the caller so and nothing else. */
    public void fail(StatusRuntimeException why) {
        finish(why);
    }

    synchronized boolean isAttached() {
        return agent != null;
    }

    synchronized boolean isStarted() {
        return started || ended;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Is cancelled when this ends, or has. */
    synchronized void watchedBy(Future<?> watch) {
        if (ended) {
            watch.cancel(false);
            return;
        }
        watches.removeIf(Future::isDone);
        watches.add(watch);
    }

    long lastTrafficNanos() {
        return lastTrafficNanos;
    }

    /** The agent's call names this stream. True for the first; it is told to begin, and only it. */
    boolean attach(ServerCallStreamObserver<ExecInput> agentCall) {
        synchronized (this) {
            if (ended || agent != null) {
                return false;
            }
            agent = agentCall;
            agentCall.onNext(ExecInput.getDefaultInstance());
            if (inputEnded) {
                sendInputEnd(agentCall);
            }
        }
        move();
        return true;
    }

    void output(ExecOutput output) {
        lastTrafficNanos = System.nanoTime();
        switch (output.getKindCase()) {
            case OUTPUT -> output(output.getOutput());
            case FAILURE -> finish(statusOf(output.getFailure()).asRuntimeException());
            case KIND_NOT_SET -> {
                synchronized (this) {
                    outputAsked = false;
                }
                move();
            }
        }
    }

    private void output(ExecPodResponse response) {
        int bytes = response.getStdout().size() + response.getStderr().size();
        if (bytes > MAX_CHUNK_BYTES) {
            finish(Status.INTERNAL
                    .withDescription("the host sent " + bytes + " bytes of output at once; at most " + MAX_CHUNK_BYTES
                            + " are taken. Bring its agent up to date.")
                    .asRuntimeException());
            return;
        }
        synchronized (this) {
            started = true;
            outputAsked = false;
            unsent = response;
        }
        move();
    }

    private static Status statusOf(ExecFailure failure) {
        Status status = switch (failure.getKind()) {
            case NOT_RUNNING -> Status.FAILED_PRECONDITION;
            case TOO_MANY -> Status.RESOURCE_EXHAUSTED;
            case ENGINE, KIND_UNSPECIFIED, UNRECOGNIZED -> Status.UNAVAILABLE;
        };
        return status.withDescription("the pod's host does not run the command: " + failure.getMessage());
    }

    /** What the caller sent after start. */
    public void input(ExecPodRequest request) {
        lastTrafficNanos = System.nanoTime();
        String wrong = ExecRelay.wrongWith(request);
        if (!wrong.isEmpty()) {
            finish(Status.INVALID_ARGUMENT.withDescription(wrong).asRuntimeException());
            return;
        }
        synchronized (this) {
            inputAsked = false;
            boolean late = stdinEnded && !request.hasResize();
            stdinEnded |= request.hasStdinEnd();
            if (agent != null && !ended && !late) {
                agent.onNext(ExecInput.newBuilder().setInput(request).build());
            }
        }
        move();
    }

    /** The caller sends nothing more. */
    public synchronized void inputEnd() {
        inputEnded = true;
        if (agent != null) {
            sendInputEnd(agent);
        }
    }

    private synchronized void sendInputEnd(ServerCallStreamObserver<ExecInput> to) {
        if (!stdinEnded && !ended) {
            stdinEnded = true;
            to.onNext(ExecInput.newBuilder()
                    .setInput(ExecPodRequest.newBuilder().setStdinEnd(ExecStdinEnd.getDefaultInstance()))
                    .build());
        }
    }

    /** The agent sends nothing more; what it sent last may still wait for the caller. */
    void agentDone() {
        synchronized (this) {
            agentDone = true;
        }
        move();
    }

    void agentLost() {
        finish(Status.UNAVAILABLE
                .withDescription("the host's connection was lost while the command ran; whether it ran to its end is"
                        + " not known.")
                .asRuntimeException());
    }

    /** Sends what each side takes, then asks the other for more. */
    synchronized void move() {
        if (ended || agent == null) {
            return;
        }
        ExecPodResponse response = unsent;
        if (response != null && client.isReady()) {
            client.onNext(response);
            unsent = null;
            if (response.hasExit()) {
                tellEnd("it ended with code " + response.getExit().getCode());
                finish(null);
                return;
            }
        }
        if (unsent == null && agentDone) {
            agentLost();
            return;
        }
        if (unsent == null && !outputAsked && client.isReady()) {
            outputAsked = true;
            agent.request(1);
        }
        if (!inputAsked && !inputEnded && agent.isReady()) {
            inputAsked = true;
            inbound.more();
        }
    }

    private void tellEnd(String how) {
        Consumer<String> listener = endListener;
        endListener = null;
        if (listener != null) {
            listener.accept(how);
        }
    }

    /** Ends both sides once; {@code why} is null after the command's own end. */
    private synchronized void finish(@Nullable StatusRuntimeException why) {
        if (ended) {
            return;
        }
        ended = true;
        unsent = null;
        watches.forEach(watch -> watch.cancel(false));
        watches.clear();
        onEnd.accept(this);
        if (why == null) {
            client.onCompleted();
        } else {
            tellEnd("it was cut off: " + why.getStatus().getCode() + ", "
                    + why.getStatus().getDescription());
            client.onError(why);
        }
        if (agent != null && why == null) {
            agent.onCompleted();
        } else if (agent != null) {
            agent.onError(Status.CANCELLED
                    .withDescription("no one wants this command any more")
                    .asRuntimeException());
        }
    }
}
