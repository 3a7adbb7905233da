package dev.berth.controller.telemetry;

import dev.berth.controller.host.HostLiveness;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.model.HostId;
import dev.berth.proto.agent.v1.AttendRequest;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.PushLogResponse;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.agent.v1.TelemetryGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** berth.agent.v1.Telemetry: agents wait here for what to send, and send it. Called on network threads. */
public final class TelemetryEndpoint extends TelemetryGrpc.TelemetryImplBase {
    private final ControllerLoop loop;
    private final Attendances attendances;
    private final LogRelay relay;
    private final ExecRelay execs;

    public TelemetryEndpoint(ControllerLoop loop, Attendances attendances, LogRelay relay, ExecRelay execs) {
        this.loop = loop;
        this.attendances = attendances;
        this.relay = relay;
        this.execs = execs;
    }

    @Override
    public void attend(AttendRequest request, StreamObserver<TelemetryCommand> observer) {
        HostId hostId = new HostId(request.getHostId());
        ServerCallStreamObserver<TelemetryCommand> call = (ServerCallStreamObserver<TelemetryCommand>) observer;
        Attendance attendance = new Attendance(call);
        call.setOnCancelHandler(() -> {
            attendance.left();
            attendances.leave(hostId, attendance);
        });
        var _ = loop.query(reader -> {
                    HostLiveness.Session session = reader.liveness().session(hostId);
                    return session != null && session.epoch() == request.getSessionEpoch();
                })
                .whenComplete((current, failure) -> {
                    if (failure != null) {
                        attendance.end(Status.UNAVAILABLE
                                .withDescription("the controller is busy or stopping; dial again.")
                                .asRuntimeException());
                    } else if (current) {
                        attendances.attend(hostId, attendance);
                        relay.attended(hostId);
                        execs.attended(hostId);
                        if (call.isCancelled()) {
                            attendances.leave(hostId, attendance);
                        }
                    } else {
                        attendance.end(Status.ABORTED
                                .withDescription("session " + request.getSessionEpoch()
                                        + " is not the current one of the host; attend under the current one.")
                                .asRuntimeException());
                    }
                });
    }

    @Override
    public StreamObserver<LogChunk> pushLog(StreamObserver<PushLogResponse> observer) {
        ServerCallStreamObserver<PushLogResponse> call = (ServerCallStreamObserver<PushLogResponse>) observer;
        call.disableAutoRequest();
        Push push = new Push(relay, call);
        call.setOnCancelHandler(push::lost);
        call.request(1);
        return push;
    }

    @Override
    public StreamObserver<ExecOutput> exec(StreamObserver<ExecInput> observer) {
        return AgentExecCall.take(execs, (ServerCallStreamObserver<ExecInput>) observer);
    }

    /** The agent's side of one log. On the network thread of the call. */
    private static final class Push implements StreamObserver<LogChunk> {
        private final LogRelay relay;
        private final ServerCallStreamObserver<PushLogResponse> call;
        private volatile @Nullable LogStream stream;
        private boolean refused;

        Push(LogRelay relay, ServerCallStreamObserver<PushLogResponse> call) {
            this.relay = relay;
            this.call = call;
        }

        @Override
        public void onNext(LogChunk chunk) {
            if (refused) {
                return;
            }
            LogStream known = stream;
            if (known == null) {
                known = relay.wanted(chunk.getStreamId());
                if (known == null || !known.attach(call)) {
                    refused = true;
                    call.onError(Status.NOT_FOUND
                            .withDescription("no one waits for this log any more")
                            .asRuntimeException());
                    return;
                }
                stream = known;
            }
            known.chunk(chunk);
        }

        @Override
        public void onError(Throwable failure) {
            lost();
        }

        @Override
        public void onCompleted() {
            LogStream known = stream;
            if (known != null) {
                known.agentDone();
            } else if (!refused) {
                call.onError(Status.INVALID_ARGUMENT
                        .withDescription("stream_id: must be set in the first chunk")
                        .asRuntimeException());
            }
        }

        void lost() {
            LogStream known = stream;
            if (known != null) {
                known.agentLost();
            }
        }
    }
}
