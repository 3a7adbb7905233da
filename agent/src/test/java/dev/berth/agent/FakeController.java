package dev.berth.agent;

import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.AttendRequest;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.HeartbeatResponse;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.agent.v1.PushLogResponse;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.agent.v1.ReportAck;
import dev.berth.proto.agent.v1.SendLog;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.agent.v1.TelemetryGrpc;
import dev.berth.proto.agent.v1.Welcome;
import dev.berth.proto.v1.ExecPodRequest;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A controller that does only what the test says, over a real connection on loopback. */
final class FakeController implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    final BlockingQueue<Attendance> attendances = new LinkedBlockingQueue<>();
    final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    final BlockingQueue<LogStream> logs = new LinkedBlockingQueue<>();
    final AtomicInteger heartbeats = new AtomicInteger();
    volatile Status heartbeatAnswer = Status.OK;
    volatile long term = 1;
    volatile int heartbeatMillis = 50;
    /** Given with each heartbeat; 0: none. */
    volatile int leaseMillis = 60_000;

    volatile double timeScale = 1;
    volatile Runnable beforeHeartbeatAnswer = () -> {};
    volatile Runnable onDial = () -> {};
    private final AtomicLong epochs = new AtomicLong();
    private Server server;

    FakeController() throws IOException {
        server = serve(0);
    }

    private Server serve(int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(new LinkService())
                .addService(new TelemetryService())
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    void restart() throws IOException, InterruptedException {
        int port = server.getPort();
        server.shutdownNow().awaitTermination();
        server = serve(port);
    }

    /** The next session, with its Hello taken and answered. */
    Session welcome() throws InterruptedException {
        Session session = take(sessions, "a session");
        session.hello = take(session.received, "a Hello").getHello();
        session.epoch = epochs.incrementAndGet();
        session.send(ControllerMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setClusterId("cluster1")
                        .setTerm(term)
                        .setSessionEpoch(session.epoch)
                        .setHeartbeatMillis(heartbeatMillis)
                        .setLeaseMillis(leaseMillis)
                        .setTimeScale(timeScale))
                .build());
        return session;
    }

    static <T> T take(BlockingQueue<T> queue, String what) throws InterruptedException {
        T taken = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (taken == null) {
            throw new AssertionError("there was not " + what + " within " + LIMIT_SECONDS + " s");
        }
        return taken;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    static final class Session implements StreamObserver<AgentMessage> {
        final BlockingQueue<AgentMessage> received = new LinkedBlockingQueue<>();
        private final StreamObserver<ControllerMessage> out;
        Hello hello = Hello.getDefaultInstance();
        long epoch;

        Session(StreamObserver<ControllerMessage> out) {
            this.out = out;
        }

        void send(ControllerMessage message) {
            out.onNext(message);
        }

        void full(long revision, Assignment... assignments) {
            send(ControllerMessage.newBuilder()
                    .setDesired(DesiredState.newBuilder()
                            .setRevision(revision)
                            .setFull(true)
                            .addAllAssignments(Arrays.asList(assignments)))
                    .build());
        }

        void delta(long base, long revision, List<String> withdrawn, Assignment... assignments) {
            send(ControllerMessage.newBuilder()
                    .setDesired(DesiredState.newBuilder()
                            .setRevision(revision)
                            .setBaseRevision(base)
                            .addAllWithdrawnPodIds(withdrawn)
                            .addAllAssignments(Arrays.asList(assignments)))
                    .build());
        }

        /** Reads and acknowledges reports until one shows the pod in that phase. */
        ObservedPod await(String podId, ObservedPod.Phase phase) throws InterruptedException {
            while (true) {
                for (ObservedPod pod : report().getPodsList()) {
                    if (pod.getPodId().equals(podId) && pod.getPhase() == phase) {
                        return pod;
                    }
                }
            }
        }

        Report report() throws InterruptedException {
            Report report = take(received, "a report").getReport();
            send(ControllerMessage.newBuilder()
                    .setReportAck(ReportAck.newBuilder().setSequence(report.getSequence()))
                    .build());
            return report;
        }

        @Override
        public void onNext(AgentMessage message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    record Attendance(AttendRequest request, StreamObserver<TelemetryCommand> out) {
        void ask(OpenExec command) {
            out.onNext(TelemetryCommand.newBuilder().setOpenExec(command).build());
        }

        void ask(String streamId, String podId, int tail, boolean follow) {
            out.onNext(TelemetryCommand.newBuilder()
                    .setSendLog(SendLog.newBuilder()
                            .setStreamId(streamId)
                            .setPodId(podId)
                            .setTail(tail)
                            .setFollow(follow))
                    .build());
        }
    }

    /** A command that the agent runs; nothing of its output is asked for before {@link #more}. */
    static final class Command implements StreamObserver<ExecOutput> {
        final BlockingQueue<ExecOutput> outputs = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        private final ServerCallStreamObserver<ExecInput> call;

        Command(StreamObserver<ExecInput> out) {
            call = (ServerCallStreamObserver<ExecInput>) out;
            call.disableAutoRequest();
            call.setOnCancelHandler(() -> {});
        }

        void more(int outputsWanted) {
            call.request(outputsWanted);
        }

        void begin() {
            call.onNext(ExecInput.getDefaultInstance());
        }

        void send(ExecPodRequest.Builder input) {
            call.onNext(ExecInput.newBuilder().setInput(input).build());
        }

        void refuse() {
            call.onError(Status.CANCELLED.asException());
        }

        ExecOutput next() throws InterruptedException {
            return take(outputs, "an output");
        }

        @Override
        public void onNext(ExecOutput output) {
            outputs.add(output);
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(String.valueOf(failure.getMessage()));
        }

        @Override
        public void onCompleted() {
            ends.add("");
            call.onCompleted();
        }
    }

    /** A log that comes in; nothing of it is asked for before {@link #more}. */
    static final class LogStream implements StreamObserver<LogChunk> {
        final BlockingQueue<LogChunk> chunks = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        private final ServerCallStreamObserver<PushLogResponse> call;

        LogStream(StreamObserver<PushLogResponse> out) {
            call = (ServerCallStreamObserver<PushLogResponse>) out;
            call.disableAutoRequest();
            call.setOnCancelHandler(() -> {});
        }

        void more(int chunksWanted) {
            call.request(chunksWanted);
        }

        void refuse() {
            call.onError(Status.CANCELLED.asException());
        }

        @Override
        public void onNext(LogChunk chunk) {
            chunks.add(chunk);
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(String.valueOf(failure.getMessage()));
        }

        @Override
        public void onCompleted() {
            ends.add("");
            call.onNext(PushLogResponse.getDefaultInstance());
            call.onCompleted();
        }
    }

    private final class LinkService extends LinkGrpc.LinkImplBase {
        @Override
        public @Nullable StreamObserver<AgentMessage> session(StreamObserver<ControllerMessage> out) {
            onDial.run();
            Session session = new Session(out);
            sessions.add(session);
            return session;
        }

        @Override
        public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> out) {
            heartbeats.incrementAndGet();
            beforeHeartbeatAnswer.run();
            if (heartbeatAnswer.isOk()) {
                out.onNext(HeartbeatResponse.newBuilder()
                        .setTerm(term)
                        .setLeaseMillis(leaseMillis)
                        .build());
                out.onCompleted();
            } else {
                out.onError(heartbeatAnswer.asException());
            }
        }
    }

    private final class TelemetryService extends TelemetryGrpc.TelemetryImplBase {
        @Override
        public void attend(AttendRequest request, StreamObserver<TelemetryCommand> out) {
            attendances.add(new Attendance(request, out));
        }

        @Override
        public StreamObserver<ExecOutput> exec(StreamObserver<ExecInput> out) {
            Command command = new Command(out);
            commands.add(command);
            return command;
        }

        @Override
        public StreamObserver<LogChunk> pushLog(StreamObserver<PushLogResponse> out) {
            LogStream stream = new LogStream(out);
            logs.add(stream);
            return stream;
        }
    }
}
