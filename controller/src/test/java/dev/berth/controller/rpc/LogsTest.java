package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.AttendRequest;
import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.PushLogResponse;
import dev.berth.proto.agent.v1.SendLog;
import dev.berth.proto.agent.v1.TelemetryCommand;
import dev.berth.proto.v1.GetPodLogsRequest;
import dev.berth.proto.v1.GetPodLogsResponse;
import dev.berth.proto.v1.LogLine;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogsTest {
    private static final String HOST = "hosthosthosthost";

    private final TestController controller = new TestController();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void linesGoFromTheAgentToTheReaderUntilTheLogEnds() throws Exception {
        Pod pod = runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend(1);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> reader = read(pod, Recorder.greedy());
        SendLog wanted = attending.next().getSendLog();
        assertThat(wanted.getPodId()).isEqualTo(pod.getId());
        assertThat(wanted.getTail()).isEqualTo(100);
        Push push = new Push(wanted.getStreamId());
        push.send();
        push.send("one", "two");
        push.send("three");
        push.call().onCompleted();
        assertThat(texts(reader.next())).containsExactly("one", "two");
        assertThat(texts(reader.next())).containsExactly("three");
        assertThat(reader.end()).isEqualTo(Status.OK);
        assertThat(push.recorder.end()).isEqualTo(Status.OK);
    }

    @Test
    void aReaderWhoStopsStopsTheAgent() throws Exception {
        Pod pod = runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend(1);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> reader = read(pod, Recorder.stalled());
        Push push = new Push(attending.next().getSendLog().getStreamId());
        String line = "x".repeat(32 << 10);
        int sent = 0;
        // 64 MiB would go if nothing held them back; the windows of two connections hold about two.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (sent < 2_000 && System.nanoTime() < deadline) {
            if (push.call().isReady()) {
                push.send(line);
                sent++;
            } else {
                Thread.onSpinWait();
            }
        }
        assertThat(sent).isBetween(2, 200);
        reader.request(Integer.MAX_VALUE);
        int before = sent;
        Until.holds("the agent may send again", () -> push.call().isReady());
        push.call().onCompleted();
        int lines = 0;
        while (lines < before) {
            lines += reader.next().getLinesCount();
        }
        assertThat(lines).isEqualTo(before);
        assertThat(reader.end()).isEqualTo(Status.OK);
    }

    @Test
    void aReaderWhoLeavesEndsTheAgentsCall() throws Exception {
        Pod pod = runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend(1);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> reader = read(pod, Recorder.greedy());
        Push push = new Push(attending.next().getSendLog().getStreamId());
        push.send("one");
        reader.next();
        reader.cancel();
        assertThat(push.recorder.end().getCode()).isEqualTo(Status.Code.CANCELLED);
        Push late = new Push("nostreamnostream");
        late.send("x");
        assertThat(late.recorder.end().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void anAgentThatFailsOrLeavesIsToldToTheReader() throws Exception {
        Pod pod = runningPod();
        Recorder<AttendRequest, TelemetryCommand> attending = attend(1);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> failing = read(pod, Recorder.greedy());
        String id = attending.next().getSendLog().getStreamId();
        new Push(id)
                .call()
                .onNext(LogChunk.newBuilder()
                        .setStreamId(id)
                        .setFailure("no such container")
                        .build());
        Status failure = failing.end();
        assertThat(failure.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getDescription()).contains("no such container");
        Recorder<GetPodLogsRequest, GetPodLogsResponse> lost = read(pod, Recorder.greedy());
        Push push = new Push(attending.next().getSendLog().getStreamId());
        push.send("one");
        lost.next();
        push.call().cancel("the agent dies", null);
        assertThat(lost.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aHostThatAttendsLateIsAskedStillAndOneThatNeverDoesIsGivenUp() throws Exception {
        Pod pod = runningPod();
        Recorder<GetPodLogsRequest, GetPodLogsResponse> reader = read(pod, Recorder.greedy());
        Recorder<AttendRequest, TelemetryCommand> attending = attend(1);
        assertThat(attending.next().getSendLog().getPodId()).isEqualTo(pod.getId());
        Status status = reader.end();
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).contains("host a", "10 s");
    }

    @Test
    void anAttendanceUnderAnOldSessionIsAbortedAndANewerOneEndsTheOlder() throws Exception {
        runningPod();
        assertThat(attend(77).end().getCode()).isEqualTo(Status.Code.ABORTED);
        Recorder<AttendRequest, TelemetryCommand> older = attend(1);
        Until.holds("the older was superseded", () -> {
            attend(1);
            return older.ended.isDone();
        });
        assertThat(older.end().getCode()).isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void aPodWithoutAContainerSaysSo() throws Exception {
        Pod queued = controller.deploy(pods, "queued");
        Status status = read(queued, Recorder.greedy()).end();
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("never had a container", "queue");
    }

    @Test
    void theSystemLogMergesEventsAndStepsAndFollowsToTheEnd() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 1);
        Pod pod = controller.deploy(pods, "one");
        Assignment assignment = agent.desired().getAssignments(0);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> follow = Recorder.greedy();
        controller
                .podsAsync()
                .getPodLogs(
                        GetPodLogsRequest.newBuilder()
                                .setPod("one")
                                .setSource(GetPodLogsRequest.Source.SYSTEM)
                                .setFollow(true)
                                .build(),
                        follow);
        assertThat(texts(follow.next()))
                .containsExactly(
                        "INITIALIZING QUEUED: accepted",
                        "INITIALIZING STARTING: placed on host a: 1 x RTX 4090 (SIMULATED)");
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.STARTING, "pulled in 1.2 s"));
        assertThat(texts(follow.next())).containsExactly("pulled in 1.2 s");
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.RUNNING, "pulled in 1.2 s", "started"));
        List<String> lines = new ArrayList<>();
        while (lines.size() < 2) {
            lines.addAll(texts(follow.next()));
        }
        assertThat(lines).containsExactlyInAnyOrder("started", "RUNNING: running");
        pods.terminatePod(PodActionRequest.newBuilder()
                .setPod("one")
                .setIdempotencyKey("end")
                .build());
        agent.report(false, agent.observed(assignment, ObservedPod.Phase.GONE, "pulled in 1.2 s", "started"));
        assertThat(follow.end()).isEqualTo(Status.OK);
        Recorder<GetPodLogsRequest, GetPodLogsResponse> tail = Recorder.greedy();
        controller
                .podsAsync()
                .getPodLogs(
                        GetPodLogsRequest.newBuilder()
                                .setPod(pod.getId())
                                .setSource(GetPodLogsRequest.Source.SYSTEM)
                                .setTail(1)
                                .build(),
                        tail);
        assertThat(texts(tail.next())).singleElement().asString().startsWith("TERMINATED");
        assertThat(tail.end()).isEqualTo(Status.OK);
    }

    private Pod runningPod() throws InterruptedException {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 1);
        Pod pod = controller.deploy(pods, "one");
        agent.report(false, agent.observed(agent.desired().getAssignments(0), ObservedPod.Phase.RUNNING));
        assertThat(agent.next().hasReportAck()).isTrue();
        return pod;
    }

    private Recorder<AttendRequest, TelemetryCommand> attend(long epoch) {
        Recorder<AttendRequest, TelemetryCommand> attending = Recorder.greedy();
        controller
                .telemetry()
                .attend(
                        AttendRequest.newBuilder()
                                .setHostId(HOST)
                                .setSessionEpoch(epoch)
                                .build(),
                        attending);
        return attending;
    }

    private Recorder<GetPodLogsRequest, GetPodLogsResponse> read(
            Pod pod, Recorder<GetPodLogsRequest, GetPodLogsResponse> reader) {
        controller
                .podsAsync()
                .getPodLogs(
                        GetPodLogsRequest.newBuilder()
                                .setPod(pod.getId())
                                .setFollow(true)
                                .build(),
                        reader);
        return reader;
    }

    private static List<String> texts(GetPodLogsResponse response) {
        return response.getLinesList().stream()
                .map(line -> line.getText().toStringUtf8())
                .toList();
    }

    /** The agent's call for one log. */
    private final class Push {
        final Recorder<LogChunk, PushLogResponse> recorder = Recorder.greedy();
        private final String streamId;
        private final ClientCallStreamObserver<LogChunk> call;

        Push(String streamId) {
            this.streamId = streamId;
            this.call =
                    (ClientCallStreamObserver<LogChunk>) controller.telemetry().pushLog(recorder);
        }

        ClientCallStreamObserver<LogChunk> call() {
            return call;
        }

        void send(String... texts) {
            LogChunk.Builder chunk = LogChunk.newBuilder().setStreamId(streamId);
            for (String text : texts) {
                chunk.addLines(
                        LogLine.newBuilder().setStream(LogLine.Stream.STDOUT).setText(ByteString.copyFromUtf8(text)));
            }
            call.onNext(chunk.build());
        }
    }
}
