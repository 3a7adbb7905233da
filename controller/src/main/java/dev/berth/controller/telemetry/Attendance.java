package dev.berth.controller.telemetry;

import dev.berth.proto.agent.v1.TelemetryCommand;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;

/** The open call on which one agent waits for what it shall send. Any thread. */
final class Attendance {
    private final ServerCallStreamObserver<TelemetryCommand> call;
    private boolean ended;

    Attendance(ServerCallStreamObserver<TelemetryCommand> call) {
        this.call = call;
    }

    /** A command is small and its reader has a deadline: one that the host does not read in time is simply late. */
    synchronized void tell(TelemetryCommand command) {
        if (!ended && call.isReady()) {
            call.onNext(command);
        }
    }

    void supersede() {
        end(Status.ABORTED
                .withDescription("superseded by a newer connection of the host")
                .asRuntimeException());
    }

    synchronized void end(StatusRuntimeException why) {
        if (!ended) {
            ended = true;
            call.onError(why);
        }
    }

    synchronized void left() {
        ended = true;
    }
}
