package dev.berth.controller.telemetry;

import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.PushLogResponse;
import dev.berth.proto.v1.GetPodLogsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One container log on its way from an agent's call to a client's. The next chunk is asked for only once the last one
 * has gone out, so a client that stops reading stops the agent, and costs one chunk at most. Either side's end ends the
 * other. Called on the network threads of both ports.
 */
public final class LogStream {
    static final int MAX_CHUNK_BYTES = 512 << 10;

    private final LogRelay relay;
    private final String id;
    private final ServerCallStreamObserver<GetPodLogsResponse> client;
    private final Queue<GetPodLogsResponse> unsent = new ArrayDeque<>();
    private @Nullable ServerCallStreamObserver<PushLogResponse> agent;

    /** The agent was asked for a chunk that is not here yet. */
    private boolean asked;

    private boolean agentDone;
    private boolean ended;

    LogStream(LogRelay relay, String id, ServerCallStreamObserver<GetPodLogsResponse> client) {
        this.relay = relay;
        this.id = id;
        this.client = client;
    }

    String id() {
        return id;
    }

    /** Takes over the client's call; on the thread on which that began. */
    void begin() {
        client.setOnReadyHandler(this::move);
        client.setOnCancelHandler(this::clientLeft);
    }

    /** Answers the client so and nothing else. */
    public void fail(StatusRuntimeException why) {
        finish(why);
    }

    /** The agent's call names this stream; false when no one waits for it any more. */
    synchronized boolean attach(ServerCallStreamObserver<PushLogResponse> agentCall) {
        if (ended || agent != null) {
            return false;
        }
        agent = agentCall;
        asked = true;
        return true;
    }

    synchronized boolean isAttached() {
        return agent != null;
    }

    void chunk(LogChunk chunk) {
        if (!chunk.getFailure().isEmpty()) {
            finish(Status.FAILED_PRECONDITION
                    .withDescription("the log cannot be read: " + chunk.getFailure())
                    .asRuntimeException());
            return;
        }
        if (chunk.getSerializedSize() > MAX_CHUNK_BYTES) {
            finish(Status.INTERNAL
                    .withDescription("the host sent a chunk of " + chunk.getSerializedSize() + " bytes of log; at most "
                            + MAX_CHUNK_BYTES + " are taken. Bring its agent up to date.")
                    .asRuntimeException());
            return;
        }
        synchronized (this) {
            asked = false;
            if (chunk.getLinesCount() > 0) {
                unsent.add(GetPodLogsResponse.newBuilder()
                        .addAllLines(chunk.getLinesList())
                        .build());
            }
        }
        move();
    }

    /** The log came to its end. */
    void agentDone() {
        synchronized (this) {
            agentDone = true;
        }
        move();
    }

    void agentLost() {
        finish(Status.UNAVAILABLE
                .withDescription("the host's connection was lost in the middle of the log; ask again.")
                .asRuntimeException());
    }

    /** Sends what the client takes, then asks the agent for more. */
    private synchronized void move() {
        if (ended) {
            return;
        }
        while (!unsent.isEmpty() && client.isReady()) {
            client.onNext(unsent.remove());
        }
        if (agent == null || !unsent.isEmpty()) {
            return;
        }
        if (agentDone) {
            finish(null);
        } else if (!asked && client.isReady()) {
            asked = true;
            agent.request(1);
        }
    }

    private void clientLeft() {
        finish(Status.CANCELLED.withDescription("the reader left").asRuntimeException());
    }

    /** Ends both sides once; {@code why} is null for the log's own end. */
    private synchronized void finish(@Nullable StatusRuntimeException why) {
        if (ended) {
            return;
        }
        ended = true;
        unsent.clear();
        relay.forget(this);
        if (why == null) {
            client.onCompleted();
        } else {
            client.onError(why);
        }
        if (agent != null && why == null) {
            agent.onNext(PushLogResponse.getDefaultInstance());
            agent.onCompleted();
        } else if (agent != null) {
            agent.onError(Status.CANCELLED
                    .withDescription("no one reads this log any more")
                    .asRuntimeException());
        }
    }
}
