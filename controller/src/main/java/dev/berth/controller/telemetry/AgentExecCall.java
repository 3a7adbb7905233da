package dev.berth.controller.telemetry;

import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** The agent's side of one command, until and after it is known which. On the network thread of the call. */
final class AgentExecCall implements StreamObserver<ExecOutput> {
    private final ExecRelay relay;
    private final ServerCallStreamObserver<ExecInput> call;
    private volatile @Nullable ExecStream stream;
    private boolean refused;

    private AgentExecCall(ExecRelay relay, ServerCallStreamObserver<ExecInput> call) {
        this.relay = relay;
        this.call = call;
    }

    static AgentExecCall take(ExecRelay relay, ServerCallStreamObserver<ExecInput> call) {
        AgentExecCall taken = new AgentExecCall(relay, call);
        call.disableAutoRequest();
        call.setOnReadyHandler(taken::ready);
        call.setOnCancelHandler(taken::lost);
        call.request(1);
        return taken;
    }

    @Override
    public void onNext(ExecOutput output) {
        if (refused) {
            return;
        }
        ExecStream known = stream;
        if (known != null) {
            known.output(output);
            return;
        }
        ExecStream found = relay.wanted(output.getStreamId());
        stream = found;
        if (found == null || !found.attach(call)) {
            stream = null;
            refused = true;
            call.onError(Status.NOT_FOUND
                    .withDescription("no one waits for this command any more")
                    .asRuntimeException());
        }
    }

    private void ready() {
        ExecStream known = stream;
        if (known != null) {
            known.move();
        }
    }

    @Override
    public void onError(Throwable failure) {
        lost();
    }

    /** The last output has ended the stream; one that comes without is a loss. */
    @Override
    public void onCompleted() {
        ExecStream known = stream;
        if (known != null) {
            known.agentDone();
        } else if (!refused) {
            call.onError(Status.INVALID_ARGUMENT
                    .withDescription("stream_id: must be set in the first message")
                    .asRuntimeException());
        }
    }

    private void lost() {
        ExecStream known = stream;
        if (known != null) {
            known.agentLost();
        }
    }
}
