package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import dev.berth.proto.agent.v1.AttendRequest;
import dev.berth.proto.agent.v1.ExecFailure;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import dev.berth.proto.v1.ExecStarted;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.TerminalSize;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Commands in pods between a caller and an agent, over real connections. */
@Timeout(60)
class ExecTest {
    private static final String HOST = "hosthosthosthost";
    private static final ByteString CHUNK = ByteString.copyFrom(new byte[64 << 10]);

    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void bytesGoBothWaysAndTheCodeComesLast() throws Exception {
        Pod pod = runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        Caller caller = new Caller(Recorder.greedy());
        caller.start(ExecStart.newBuilder()
                .setPod("one")
                .addAllCommand(List.of("cat", "-"))
                .setStdin(true)
                .setTerminal(size(24, 80)));
        OpenExec wanted = attending.next().getOpenExec();
        assertThat(wanted.getPodId()).isEqualTo(pod.getId());
        assertThat(wanted.getIncarnation()).isEqualTo(1);
        assertThat(wanted.getCommandList()).containsExactly("cat", "-");
        assertThat(wanted.getStdin()).isTrue();
        assertThat(wanted.getTerminal()).isEqualTo(size(24, 80));
        Agent agent = new Agent(wanted.getStreamId(), Recorder.greedy());
        assertThat(agent.recorder.next()).isEqualTo(ExecInput.getDefaultInstance());
        agent.send(ExecPodResponse.newBuilder().setStarted(ExecStarted.getDefaultInstance()));
        assertThat(caller.recorder.next().hasStarted()).isTrue();
        caller.stdin("hello");
        assertThat(agent.recorder.next().getInput().getStdin().toStringUtf8()).isEqualTo("hello");
        caller.send(ExecPodRequest.newBuilder().setResize(size(50, 132)));
        assertThat(agent.recorder.next().getInput().getResize()).isEqualTo(size(50, 132));
        caller.call.onCompleted();
        assertThat(agent.recorder.next().getInput().hasStdinEnd()).isTrue();
        agent.send(ExecPodResponse.newBuilder().setStdout(ByteString.copyFromUtf8("out")));
        agent.send(ExecPodResponse.newBuilder().setStderr(ByteString.copyFromUtf8("err")));
        agent.send(ExecPodResponse.newBuilder().setExit(ExecExit.newBuilder().setCode(7)));
        agent.call.onCompleted();
        assertThat(caller.recorder.next().getStdout().toStringUtf8()).isEqualTo("out");
        assertThat(caller.recorder.next().getStderr().toStringUtf8()).isEqualTo("err");
        assertThat(caller.recorder.next().getExit().getCode()).isEqualTo(7);
        assertThat(caller.recorder.end()).isEqualTo(Status.OK);
        assertThat(agent.recorder.end()).isEqualTo(Status.OK);
    }

    @Test
    void aCommandThatWasAskedForTwiceIsBegunOnce() throws Exception {
        runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        new Caller(Recorder.greedy()).start(command("true"));
        String id = attending.next().getOpenExec().getStreamId();
        assertThat(attend().next().getOpenExec().getStreamId()).isEqualTo(id);
        Agent first = new Agent(id, Recorder.greedy());
        assertThat(first.recorder.next()).isEqualTo(ExecInput.getDefaultInstance());
        Agent second = new Agent(id, Recorder.greedy());
        assertThat(second.recorder.end().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(second.recorder.arrived).isEmpty();
    }

    @Test
    void aCallerWhoStopsReadingStopsTheAgentAndLosesNothing() throws Exception {
        runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        Caller caller = new Caller(Recorder.stalled());
        caller.start(command("yes"));
        Agent agent = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        assertThat(agent.recorder.next()).isEqualTo(ExecInput.getDefaultInstance());
        int sent = sendWhile(
                () -> agent.call.isReady(),
                () -> agent.send(ExecPodResponse.newBuilder().setStdout(CHUNK)));
        assertThat(sent).isBetween(2, 100);
        caller.recorder.request(Integer.MAX_VALUE);
        Until.holds("the agent may send again", () -> agent.call.isReady());
        agent.send(ExecPodResponse.newBuilder().setExit(ExecExit.getDefaultInstance()));
        agent.call.onCompleted();
        for (int i = 0; i < sent; i++) {
            assertThat(caller.recorder.next().getStdout()).isEqualTo(CHUNK);
        }
        assertThat(caller.recorder.next().hasExit()).isTrue();
        assertThat(caller.recorder.end()).isEqualTo(Status.OK);
    }

    @Test
    void aCommandThatTakesNoInputStopsItsCaller() throws Exception {
        runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        Caller caller = new Caller(Recorder.greedy());
        caller.start(command("sleep").setStdin(true));
        Agent agent = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.stalled());
        agent.send(ExecPodResponse.newBuilder().setStarted(ExecStarted.getDefaultInstance()));
        caller.recorder.next();
        int sent = sendWhile(
                () -> caller.call.isReady(),
                () -> caller.send(ExecPodRequest.newBuilder().setStdin(CHUNK)));
        assertThat(sent).isBetween(2, 100);
        agent.recorder.request(Integer.MAX_VALUE);
        assertThat(agent.recorder.next()).isEqualTo(ExecInput.getDefaultInstance());
        for (int i = 0; i < sent; i++) {
            assertThat(agent.recorder.next().getInput().getStdin()).isEqualTo(CHUNK);
        }
    }

    /** What would go for ever if nothing held it back; how much went until nothing did for a while. */
    private static int sendWhile(BooleanSupplier ready, Runnable send) {
        int sent = 0;
        long quietSince = System.nanoTime();
        while (sent < 2_000 && System.nanoTime() - quietSince < TimeUnit.SECONDS.toNanos(1)) {
            if (ready.getAsBoolean()) {
                send.run();
                sent++;
                quietSince = System.nanoTime();
            } else {
                Thread.onSpinWait();
            }
        }
        return sent;
    }

    @Test
    void eitherSidesEndIsTheOthers() throws Exception {
        runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        Caller leaving = new Caller(Recorder.greedy());
        leaving.start(command("sleep"));
        Agent left = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        left.recorder.next();
        leaving.recorder.cancel();
        assertThat(left.recorder.end().getCode()).isEqualTo(Status.Code.CANCELLED);

        Caller lost = new Caller(Recorder.greedy());
        lost.start(command("sleep"));
        Agent dying = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        dying.recorder.next();
        dying.call.cancel("the agent dies", null);
        assertThat(lost.recorder.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        Caller failed = new Caller(Recorder.greedy());
        failed.start(command("sleep"));
        Agent failing = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        failing.call.onNext(ExecOutput.newBuilder()
                .setFailure(ExecFailure.newBuilder()
                        .setKind(ExecFailure.Kind.NOT_RUNNING)
                        .setMessage("it ended just now"))
                .build());
        Status status = failed.recorder.end();
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("it ended just now");

        Caller silent = new Caller(Recorder.greedy());
        silent.start(command("sleep"));
        Agent mute = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        mute.call.onCompleted();
        assertThat(silent.recorder.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void whatCannotRunIsRefusedAtOnceWithItsReason() throws Exception {
        controller.deploy(pods, "queued");
        Status queued = refused(command("true").setPod("queued"));
        assertThat(queued.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(queued.getDescription()).contains("INITIALIZING", "RUNNING");
        assertThat(refused(command("true").setPod("nobody")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused(command("")).getDescription()).contains("start.command");
        assertThat(refused(ExecStart.newBuilder().setPod("one")).getDescription())
                .contains("start.command");
        assertThat(refused(command("a\0b")).getDescription()).contains("zero byte");
        assertThat(refused(command("x".repeat(70_000))).getDescription()).contains("64 KiB");
        assertThat(refused(command("true").setTerminal(size(0, 80))).getDescription())
                .contains("start.terminal");
        Caller early = new Caller(Recorder.greedy());
        early.stdin("no start");
        assertThat(early.recorder.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        Caller empty = new Caller(Recorder.greedy());
        empty.call.onCompleted();
        assertThat(empty.recorder.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aHostThatIsNotConnectedIsUnavailable() throws Exception {
        FakeAgent host = FakeAgent.joined(controller, HOST, "a", 1);
        controller.deploy(pods, "one");
        host.report(false, host.observed(host.desired().getAssignments(0), ObservedPod.Phase.RUNNING));
        assertThat(host.next().hasReportAck()).isTrue();
        host.leave();
        Until.holds("the session is gone", () -> {
            Status status;
            try {
                status = refused(command("true"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return status.getCode() == Status.Code.UNAVAILABLE
                    && String.valueOf(status.getDescription()).contains("not connected at the moment");
        });
    }

    @Test
    void aMessageThatBreaksARuleEndsTheCommand() throws Exception {
        runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend();
        Caller caller = new Caller(Recorder.greedy());
        caller.start(command("cat").setStdin(true));
        Agent agent = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
        agent.recorder.next();
        caller.send(ExecPodRequest.newBuilder().setStdin(CHUNK.concat(CHUNK)));
        Status status = caller.recorder.end();
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("65536");
        assertThat(agent.recorder.end().getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void theLogSaysWhoRanWhatAndNeverTheArguments() throws Exception {
        ListAppender<ILoggingEvent> kept = new ListAppender<>();
        Logger audit = (Logger) LoggerFactory.getLogger("dev.berth.audit");
        audit.addAppender(kept);
        kept.start();
        try {
            Pod pod = runningPod();
            Recorder<AttendRequest, TelemetryCommand> attending = attend();
            Caller caller = new Caller(Recorder.greedy());
            caller.start(command("ba\nsh").addCommand("--password=secret"));
            Agent agent = new Agent(attending.next().getOpenExec().getStreamId(), Recorder.greedy());
            agent.recorder.next();
            agent.send(
                    ExecPodResponse.newBuilder().setExit(ExecExit.newBuilder().setCode(3)));
            assertThat(caller.recorder.end()).isEqualTo(Status.OK);
            Until.holds("both lines", () -> kept.list.size() == 2);
            assertThat(kept.list.get(0).getFormattedMessage())
                    .contains("admin", "default", pod.getId(), "ba\\u000ash")
                    .doesNotContain("secret");
            assertThat(kept.list.get(1).getFormattedMessage())
                    .contains("code 3")
                    .doesNotContain("secret");
        } finally {
            audit.detachAppender(kept);
        }
    }

    private Status refused(ExecStart.Builder start) throws Exception {
        Caller caller = new Caller(Recorder.greedy());
        caller.start(start);
        return caller.recorder.end();
    }

    private static ExecStart.Builder command(String word) {
        return ExecStart.newBuilder().setPod("one").addCommand(word);
    }

    private static TerminalSize size(int rows, int columns) {
        return TerminalSize.newBuilder().setRows(rows).setColumns(columns).build();
    }

    private Pod runningPod() throws InterruptedException {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 1);
        Pod pod = controller.deploy(pods, "one");
        agent.report(false, agent.observed(agent.desired().getAssignments(0), ObservedPod.Phase.RUNNING));
        assertThat(agent.next().hasReportAck()).isTrue();
        return pod;
    }

    private Recorder<AttendRequest, TelemetryCommand> attend() {
        Recorder<AttendRequest, TelemetryCommand> attending = Recorder.greedy();
        controller
                .telemetry()
                .attend(
                        AttendRequest.newBuilder()
                                .setHostId(HOST)
                                .setSessionEpoch(1)
                                .build(),
                        attending);
        return attending;
    }

    /** The caller's call for one command. */
    private final class Caller {
        final Recorder<ExecPodRequest, ExecPodResponse> recorder;
        final ClientCallStreamObserver<ExecPodRequest> call;

        Caller(Recorder<ExecPodRequest, ExecPodResponse> recorder) {
            this.recorder = recorder;
            this.call = (ClientCallStreamObserver<ExecPodRequest>)
                    controller.podsAsync().execPod(recorder);
        }

        void start(ExecStart.Builder start) {
            send(ExecPodRequest.newBuilder().setStart(start));
        }

        void stdin(String text) {
            send(ExecPodRequest.newBuilder().setStdin(ByteString.copyFromUtf8(text)));
        }

        void send(ExecPodRequest.Builder request) {
            call.onNext(request.build());
        }
    }

    /** The agent's call for one command. */
    private final class Agent {
        final Recorder<ExecOutput, ExecInput> recorder;
        final ClientCallStreamObserver<ExecOutput> call;

        Agent(String streamId, Recorder<ExecOutput, ExecInput> recorder) {
            this.recorder = recorder;
            this.call = (ClientCallStreamObserver<ExecOutput>)
                    controller.telemetry().exec(recorder);
            call.onNext(ExecOutput.newBuilder().setStreamId(streamId).build());
        }

        void send(ExecPodResponse.Builder response) {
            call.onNext(ExecOutput.newBuilder().setOutput(response).build());
        }
    }
}
