package dev.berth.agent.telemetry;

import com.google.protobuf.UnsafeByteOperations;
import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerPlan;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ExecEnd;
import dev.berth.agent.container.ExecPlan;
import dev.berth.agent.container.ExecSession;
import dev.berth.agent.container.ExecSink;
import dev.berth.agent.container.LogLine;
import dev.berth.agent.container.TerminalSize;
import dev.berth.proto.agent.v1.ExecFailure;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStarted;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One command in a container and the call that carries it. Output comes on the runtime's thread of the command, which
 * waits here where the call's window is full; input goes to the command on a thread of its own, which may block, so
 * that the end of the call is heard meanwhile, and more is asked for only when the last was taken. The rest happens
 * under this object's lock.
 */
final class ExecCall implements ExecSink, ClientResponseObserver<ExecOutput, ExecInput> {
    private static final int INPUTS_UNDER_WAY = 2;

    private final OpenExec wanted;
    private final ContainerRuntime runtime;
    private final boolean admitted;
    private final Consumer<ExecCall> onEnd;
    private final BlockingQueue<ExecPodRequest> inputs = new ArrayBlockingQueue<>(INPUTS_UNDER_WAY);

    private @Nullable ClientCallStreamObserver<ExecOutput> call;
    private @Nullable ExecSession session;
    private @Nullable Thread feeder;
    private boolean begun;
    private boolean done;

    /** @param onEnd runs once the call has ended, whoever ended it */
    ExecCall(OpenExec wanted, ContainerRuntime runtime, boolean admitted, Consumer<ExecCall> onEnd) {
        this.wanted = wanted;
        this.runtime = runtime;
        this.admitted = admitted;
        this.onEnd = onEnd;
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<ExecOutput> stream) {
        call = stream;
        stream.disableAutoRequestWithInitial(1);
        stream.setOnReadyHandler(this::wake);
    }

    void announce() {
        send(ExecOutput.newBuilder().setStreamId(wanted.getStreamId()).build());
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** The controller's word to begin, then input. */
    @Override
    public void onNext(ExecInput message) {
        if (begin()) {
            Thread.ofVirtual().name("exec-" + wanted.getPodId()).start(this::run);
        } else if (!inputs.offer(message.getInput())) {
            throw new IllegalStateException("more input came than was asked for");
        }
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    private void run() {
        if (!admitted) {
            fail(ExecFailure.Kind.TOO_MANY, "too many commands run in containers of this host already");
            return;
        }
        try {
            String container = ContainerPlan.nameOf(wanted.getPodId(), wanted.getIncarnation());
            if (attach(runtime.exec(container, plan(), this))) {
                feed();
            }
        } catch (ContainerException e) {
            ExecFailure.Kind kind = e.kind() == ContainerException.Kind.NOT_FOUND
                    ? ExecFailure.Kind.NOT_RUNNING
                    : ExecFailure.Kind.ENGINE;
            fail(kind, String.valueOf(e.getMessage()));
        }
    }

    private ExecPlan plan() {
        Optional<TerminalSize> terminal =
                wanted.hasTerminal() ? Optional.of(size(wanted.getTerminal())) : Optional.empty();
        return new ExecPlan(wanted.getCommandList(), wanted.getStdin(), terminal);
    }

    private static TerminalSize size(dev.berth.proto.v1.TerminalSize size) {
        return new TerminalSize(size.getRows(), size.getColumns());
    }

    /** False when the caller has left meanwhile. */
    private boolean attach(ExecSession made) {
        synchronized (this) {
            session = made;
            feeder = Thread.currentThread();
            send(ExecPodResponse.newBuilder().setStarted(ExecStarted.getDefaultInstance()));
            notifyAll();
            if (!done) {
                return true;
            }
        }
        made.close();
        return false;
    }

    /** Hands input to the command until there is no more of either. */
    private void feed() {
        ExecSession taker = session;
        ClientCallStreamObserver<ExecOutput> stream = call;
        if (taker == null || stream == null) {
            return;
        }
        stream.request(INPUTS_UNDER_WAY);
        try {
            while (!isDone()) {
                ExecPodRequest input = inputs.take();
                switch (input.getKindCase()) {
                    case STDIN -> taker.write(input.getStdin().asReadOnlyByteBuffer());
                    case STDIN_END -> taker.endInput();
                    case RESIZE -> taker.resize(size(input.getResize()));
                    case START, KIND_NOT_SET -> {}
                }
                stream.request(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isDone() {
        return done;
    }

    /** The command may write before its start has been told. */
    private synchronized void awaitAttached() {
        try {
            while (session == null && !done) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void output(LogLine.Stream stream, ByteBuffer bytes) {
        awaitAttached();
        var content = UnsafeByteOperations.unsafeWrap(bytes);
        send(
                switch (stream) {
                    case STDOUT -> ExecPodResponse.newBuilder().setStdout(content);
                    case STDERR -> ExecPodResponse.newBuilder().setStderr(content);
                });
    }

    @Override
    public void end(ExecEnd end) {
        awaitAttached();
        switch (end) {
            case ExecEnd.Exited(int code) -> exit(ExecExit.newBuilder().setCode(code));
            case ExecEnd.NotStarted(int code, String why) ->
                exit(ExecExit.newBuilder().setCode(code).setNotStarted(why));
            case ExecEnd.Broken(String error) -> fail(ExecFailure.Kind.ENGINE, error);
        }
    }

    private void exit(ExecExit.Builder exit) {
        send(ExecPodResponse.newBuilder().setExit(exit));
        complete();
    }

    private void fail(ExecFailure.Kind kind, String message) {
        send(ExecOutput.newBuilder()
                .setFailure(ExecFailure.newBuilder().setKind(kind).setMessage(message))
                .build());
        complete();
    }

    private void send(ExecPodResponse.Builder response) {
        send(ExecOutput.newBuilder().setOutput(response).build());
    }

    /** Waits for the window; sends nothing to one who left. */
    private synchronized void send(ExecOutput message) {
        ClientCallStreamObserver<ExecOutput> stream = call;
        try {
            while (stream != null && !done && !stream.isReady()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (stream != null && !done) {
            stream.onNext(message);
        }
    }

    private synchronized void complete() {
        if (call != null && !done) {
            call.onCompleted();
        }
    }

    @Override
    public void onError(Throwable failure) {
        stop();
        onEnd.accept(this);
    }

    @Override
    public void onCompleted() {
        stop();
        onEnd.accept(this);
    }

    /** The call is over: so is the command. */
    void stop() {
        ExecSession running;
        synchronized (this) {
            done = true;
            notifyAll();
            running = session;
            if (feeder != null) {
                feeder.interrupt();
            }
        }
        if (running != null) {
            running.close();
        }
    }
}
