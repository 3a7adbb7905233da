package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.ContainerException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What commands in containers do, with the double and with the real engine alike. */
@Timeout(120)
abstract class ExecContract {
    private int pods;

    ContainerRuntime runtime;

    /** A runtime of this host on the one engine, joined to the test's cluster. */
    abstract ContainerRuntime open(String hostId);

    /** As in {@link ContainerRuntimeContract}. */
    abstract String image();

    abstract String podIdPrefix();

    @BeforeEach
    void openRuntime() {
        runtime = open("host1");
    }

    @AfterEach
    void removeContainers() {
        runtime.list().forEach(state -> runtime.remove(state.id()));
        runtime.close();
    }

    /** The name of a container that runs. */
    String running() {
        pods++;
        ContainerPlan plan = new ContainerPlan(
                podIdPrefix() + pods,
                1,
                runtime.ensureImage(image(), PullProgress.NONE),
                List.of(),
                List.of("sleep"),
                new TreeMap<>(),
                List.of(),
                new GpuDevices.None(),
                50,
                "",
                64,
                false);
        runtime.start(runtime.create(plan));
        return plan.name();
    }

    static ExecPlan command(boolean stdin, String... words) {
        return new ExecPlan(List.of(words), stdin, Optional.empty());
    }

    @Test
    void bothOutputsComeApartAndTheCodeIsTheCommandsOwn() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        runtime.exec(running(), command(false, "/pod", "say", "to out", "err", "to err", "exit", "7"), sink);
        assertThat(sink.end()).isEqualTo(new ExecEnd.Exited(7));
        assertThat(sink.out()).isEqualTo("to out\n");
        assertThat(sink.err()).isEqualTo("to err\n");
    }

    @Test
    void inputReachesTheCommandWholeAndEnds() throws Exception {
        byte[] sent = new byte[10 << 20];
        new Random(7).nextBytes(sent);
        ExecRecorder sink = new ExecRecorder();
        ExecSession session = runtime.exec(running(), command(true, "/pod", "cat"), sink);
        for (int from = 0; from < sent.length; from += 50_000) {
            session.write(ByteBuffer.wrap(sent, from, Math.min(50_000, sent.length - from)));
        }
        session.endInput();
        assertThat(sink.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(sink.bytes()).isEqualTo(sent);
    }

    @Test
    void commandWithoutInputReadsTheEndOfOne() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        runtime.exec(running(), command(false, "/pod", "cat", "say", "done"), sink);
        assertThat(sink.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(sink.out()).isEqualTo("done\n");
    }

    @Test
    void programThatIsNotThereIsNamedAndNothingElseIsSaid() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        runtime.exec(running(), command(false, "no-such-program"), sink);
        assertThat(sink.end()).isInstanceOfSatisfying(ExecEnd.NotStarted.class, end -> {
            assertThat(end.code()).isEqualTo(127);
            assertThat(end.why()).contains("no-such-program");
        });
        assertThat(sink.out()).isEmpty();
    }

    @Test
    void terminalHasTheSizeThatWasAskedForAndOneOutput() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        ExecPlan plan =
                new ExecPlan(List.of("/pod", "err", "joined", "size"), true, Optional.of(new TerminalSize(33, 101)));
        runtime.exec(running(), plan, sink);
        assertThat(sink.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(sink.out().replace("\r", "")).isEqualTo("joined\n33 101\n");
        assertThat(sink.err()).isEmpty();
    }

    @Test
    void containerThatDoesNotRunOrIsAnothersTakesNoCommand() {
        String name = running();
        runtime.killProcesses(runtime.inspect(name).orElseThrow().id());
        Await.until("its end", () -> !runtime.inspect(name).orElseThrow().alive());
        notFound(runtime, name);
        notFound(runtime, "berth-nobody-1");
        try (ContainerRuntime other = open("host2")) {
            notFound(other, running());
        }
    }

    private static void notFound(ContainerRuntime by, String container) {
        assertThatThrownBy(() -> by.exec(container, command(false, "/pod", "say", "x"), new ExecRecorder()))
                .isInstanceOfSatisfying(
                        ContainerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void closingEndsACommandThatHasNotEnded() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        ExecSession session = runtime.exec(running(), command(true, "/pod", "say", "up", "sleep"), sink);
        Await.until("it runs", () -> sink.out().equals("up\n"));
        session.close();
        session.close();
        assertThat(sink.end()).isInstanceOf(ExecEnd.Broken.class);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
