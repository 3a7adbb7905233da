package dev.berth.controller.telemetry;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.proto.agent.v1.SendLog;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.v1.GetPodLogsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings readers of container logs and the agents that have them together: asks the agent that attends, and pairs the
 * call that it makes in answer with the reader's by a random id. Any thread.
 */
public final class LogRelay {
    static final int MAX_STREAMS = 256;

    private final Supplier<String> streamIds;
    private final ScheduledExecutorService timer;
    private final long openMillis;
    private final Map<String, Wanted> streams = new ConcurrentHashMap<>();
    private final Attendances attendances;

    private record Wanted(
            LogStream stream,
            @Nullable HostId hostId,
            @Nullable SendLog command) {}

    /** {@code openMillis}: how long an agent has to begin with a log that it was asked for. */
    public LogRelay(
            Attendances attendances, Supplier<String> streamIds, ScheduledExecutorService timer, long openMillis) {
        this.attendances = attendances;
        this.streamIds = streamIds;
        this.timer = timer;
        this.openMillis = openMillis;
    }

    /** Takes over a client's call; on the thread on which it began. {@link #ask} or {@link LogStream#fail} must follow. */
    public LogStream begin(ServerCallStreamObserver<GetPodLogsResponse> client) {
        if (streams.size() >= MAX_STREAMS) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(MAX_STREAMS + " logs are being read already; close one, or try again later.")
                    .asRuntimeException();
        }
        LogStream stream = new LogStream(this, streamIds.get(), client);
        streams.put(stream.id(), new Wanted(stream, null, null));
        stream.begin();
        return stream;
    }

    /** Asks the host for the log, now or as soon as it attends. */
    public void ask(LogStream stream, HostId hostId, String hostName, PodId podId, int tail, boolean follow) {
        SendLog command = SendLog.newBuilder()
                .setStreamId(stream.id())
                .setPodId(podId.value())
                .setTail(tail)
                .setFollow(follow)
                .build();
        if (streams.computeIfPresent(stream.id(), (id, wanted) -> new Wanted(stream, hostId, command)) == null) {
            return;
        }
        var _ = timer.schedule(() -> giveUp(stream, hostId, hostName), openMillis, TimeUnit.MILLISECONDS);
        attendances.tell(hostId, command(command));
    }

    private void giveUp(LogStream stream, HostId hostId, String hostName) {
        if (!stream.isAttached()) {
            String what = attendances.has(hostId) ? "did not begin to send the log" : "is not connected";
            stream.fail(Status.UNAVAILABLE
                    .withDescription(
                            "host " + hostName + " " + what + " within " + openMillis / 1000 + " s; try again later.")
                    .asRuntimeException());
        }
    }

    /** The host attends anew: it is asked again for what it has not begun to send. */
    void attended(HostId hostId) {
        for (Wanted wanted : streams.values()) {
            if (hostId.equals(wanted.hostId) && wanted.command != null && !wanted.stream.isAttached()) {
                attendances.tell(hostId, command(wanted.command));
            }
        }
    }

    /** Null when no one waits for the stream. */
    @Nullable
    LogStream wanted(String streamId) {
        Wanted wanted = streams.get(streamId);
        return wanted == null ? null : wanted.stream;
    }

    void forget(LogStream stream) {
        streams.remove(stream.id());
    }

    private static TelemetryCommand command(SendLog sendLog) {
        return TelemetryCommand.newBuilder().setSendLog(sendLog).build();
    }
}
