package dev.berth.agent.link;

import dev.berth.agent.model.Inventory;
import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.ControllerMessage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One dial: its channel, its stream, and what became of it. All on the link's thread, which is the channel's executor. */
final class SessionCall implements StreamObserver<ControllerMessage> {
    final ManagedChannel channel;
    private final BiConsumer<SessionCall, ControllerMessage> onMessage;
    private final BiConsumer<SessionCall, Status> onEnd;

    @Nullable
    StreamObserver<AgentMessage> out;
    /** 0 until the controller's Welcome. */
    long epoch;

    long heartbeatMillis;
    double timeScale = 1;
    int failedHeartbeats;
    /** As last reported in this session; null: not yet. */
    @Nullable
    Inventory inventory;
    /** As last reported in this session; null: not yet. */
    @Nullable
    List<String> images;

    /** As told last. */
    boolean diskFull;

    SessionCall(
            ManagedChannel channel,
            BiConsumer<SessionCall, ControllerMessage> onMessage,
            BiConsumer<SessionCall, Status> onEnd) {
        this.channel = channel;
        this.onMessage = onMessage;
        this.onEnd = onEnd;
    }

    void send(AgentMessage message) {
        if (out != null) {
            out.onNext(message);
        }
    }

    @Override
    public void onNext(ControllerMessage message) {
        onMessage.accept(this, message);
    }

    @Override
    public void onError(Throwable failure) {
        onEnd.accept(this, Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        onEnd.accept(this, Status.OK.withDescription("the controller ended the session"));
    }
}
