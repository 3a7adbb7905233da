package dev.berth.agent;

import static dev.berth.agent.AgentHarness.assign;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.container.LogLine;
import dev.berth.proto.agent.v1.Assignment.Goal;
import dev.berth.proto.agent.v1.ExecFailure;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.agent.v1.ObservedPod.Phase;
import dev.berth.proto.agent.v1.OpenExec;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStdinEnd;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs and commands of one host beside each other, and commands from the order to the end. */
@Timeout(60)
class AgentStreamsTest {
    private static final int LINES = 20_000;

    @TempDir
    Path folder;

    private final ExecutorService engineThread = AgentHarness.oneThread();
    private FakeController controller;
    private InMemoryRuntime runtime;
    private AgentHarness agent;
    private FakeController.Attendance attendance;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
        runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
        runtime.faults().addImage(AgentHarness.IMAGE, true);
        agent = new AgentHarness(folder, controller.address(), runtime, engineThread);
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        attendance = FakeController.take(controller.attendances, "an attendance");
    }

    @AfterEach
    void stop() {
        agent.close();
        controller.close();
        engineThread.shutdownNow();
    }

    private static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Returns once nothing has moved for a second: all windows on the way are full. */
    private static void settle(LongSupplier progress) {
        long last = progress.getAsLong();
        long sinceNanos = System.nanoTime();
        while (System.nanoTime() - sinceNanos < TimeUnit.SECONDS.toNanos(1)) {
            LockSupport.parkNanos(5_000_000);
            long now = progress.getAsLong();
            if (now != last || now == 0) {
                last = now;
                sinceNanos = System.nanoTime();
            }
        }
    }

    private FakeController.Command ask(String streamId, String podId, boolean stdin, String... words)
            throws InterruptedException {
        attendance.ask(OpenExec.newBuilder()
                .setStreamId(streamId)
                .setPodId(podId)
                .setIncarnation(1)
                .addAllCommand(List.of(words))
                .setStdin(stdin)
                .build());
        FakeController.Command command = FakeController.take(controller.commands, "a command");
        command.more(1);
        assertThat(command.next())
                .isEqualTo(ExecOutput.newBuilder().setStreamId(streamId).build());
        return command;
    }

    @Test
    void aLogThatIsNotReadHoldsBackNoOtherOfTheHost() throws Exception {
        engineThread
                .submit(() -> {
                    for (int i = 0; i < LINES; i++) {
                        runtime.faults().print("berth-p1-1", LogLine.Stream.STDOUT, "x".repeat(1_000));
                    }
                })
                .get();
        attendance.ask("stalled", "p1", LINES, false);
        FakeController.LogStream stalled = FakeController.take(controller.logs, "a log");
        settle(runtime.faults()::linesTaken);
        assertThat(runtime.faults().linesTaken()).isLessThan(LINES);
        attendance.ask("read", "p1", LINES, false);
        FakeController.LogStream read = FakeController.take(controller.logs, "another log");
        read.more(Integer.MAX_VALUE);
        int lines = 0;
        while (lines < LINES) {
            lines += FakeController.take(read.chunks, "a chunk").getLinesCount();
        }
        assertThat(FakeController.take(read.ends, "an end")).isEmpty();
        assertThat(stalled.chunks).isEmpty();
    }

    @Test
    void aCommandRunsOnceItIsToldTo() throws Exception {
        FakeController.Command command = ask("s", "p1", false, "/pod", "say", "hi", "err", "ho", "exit", "3");
        assertThat(runtime.faults().commands()).isEmpty();
        command.begin();
        command.more(10);
        assertThat(command.next().getOutput().hasStarted()).isTrue();
        assertThat(command.next().getOutput().getStdout().toStringUtf8()).isEqualTo("hi\n");
        assertThat(command.next().getOutput().getStderr().toStringUtf8()).isEqualTo("ho\n");
        assertThat(command.next().getOutput().getExit().getCode()).isEqualTo(3);
        assertThat(FakeController.take(command.ends, "an end")).isEmpty();
    }

    @Test
    void inputReachesTheCommandInOrderAndEnds() throws Exception {
        FakeController.Command command = ask("s", "p1", true, "/pod", "cat");
        command.begin();
        command.more(Integer.MAX_VALUE);
        assertThat(command.next().getOutput().hasStarted()).isTrue();
        for (int i = 0; i < 50; i++) {
            command.send(ExecPodRequest.newBuilder().setStdin(ByteString.copyFromUtf8(i + "\n")));
        }
        command.send(ExecPodRequest.newBuilder().setStdinEnd(ExecStdinEnd.getDefaultInstance()));
        StringBuilder text = new StringBuilder();
        ExecPodResponse response = command.next().getOutput();
        while (!response.hasExit()) {
            text.append(response.getStdout().toStringUtf8());
            response = command.next().getOutput();
        }
        assertThat(text.toString().lines()).hasSize(50).last().isEqualTo("49");
    }

    @Test
    void theEndOfTheCallEndsTheCommand() throws Exception {
        FakeController.Command command = ask("s", "p1", false, "/pod", "sleep");
        command.begin();
        command.more(1);
        assertThat(command.next().getOutput().hasStarted()).isTrue();
        assertThat(runtime.faults().commands().getFirst().isClosed()).isFalse();
        command.refuse();
        until(
                "the command is ended",
                () -> runtime.faults().commands().getFirst().isClosed());
    }

    @Test
    void aCommandThatIsNotReadWaitsAndHoldsBackNoOther() throws Exception {
        FakeController.Command stalled = ask("stalled", "p1", false, "/pod", "flood", "500");
        stalled.begin();
        until("it has begun", () -> runtime.faults().commands().size() == 1);
        settle(runtime.faults().commands().getFirst()::written);
        FakeController.Command other = ask("other", "p1", false, "/pod", "flood", "100");
        other.begin();
        other.more(Integer.MAX_VALUE);
        ExecPodResponse response = other.next().getOutput();
        long bytes = 0;
        while (!response.hasExit()) {
            bytes += response.getStdout().size();
            response = other.next().getOutput();
        }
        assertThat(bytes).isEqualTo(100L << 16);
        assertThat(runtime.faults().commands().getFirst().written()).isLessThan(4L << 20);
        assertThat(stalled.outputs).isEmpty();
    }

    @Test
    void whatCannotRunSaysWhy() throws Exception {
        FakeController.Command gone = ask("s1", "nobody", false, "/pod", "say", "x");
        gone.begin();
        gone.more(1);
        assertThat(gone.next().getFailure().getKind()).isEqualTo(ExecFailure.Kind.NOT_RUNNING);
        FakeController.Command missing = ask("s2", "p1", false, "nosuch");
        missing.begin();
        missing.more(2);
        assertThat(missing.next().getOutput().hasStarted()).isTrue();
        assertThat(missing.next().getOutput().getExit().getNotStarted()).contains("nosuch");
    }
}
