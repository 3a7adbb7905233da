package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on the Docker Engine of this machine: the contract, their processes, and sinks that stall. */
final class DockerExecTest extends ExecContract {
    private static EngineTestImage image;

    private final String prefix = "x" + EngineTestImage.randomName();

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    @Override
    ContainerRuntime open(String hostId) {
        return open(RuntimeSettings.of(hostId));
    }

    private static DockerRuntime open(RuntimeSettings settings) {
        DockerRuntime made = new DockerRuntime(settings);
        made.join(image.clusterId);
        return made;
    }

    @Override
    String image() {
        return image.reference;
    }

    @Override
    String podIdPrefix() {
        return prefix;
    }

    private Set<Long> processes(String container) {
        return Cgroups.processes(runtime.inspect(container).orElseThrow().id());
    }

    @Test
    void closingKillsTheCommandAndNothingElseInTheContainer() throws Exception {
        String container = running();
        Await.until("its own processes", () -> processes(container).size() == 2); // init and the program
        Set<Long> own = processes(container);
        ExecRecorder stubborn = new ExecRecorder();
        ExecSession session = runtime.exec(container, command(true, "/pod", "ignore", "say", "up", "sleep"), stubborn);
        ExecRecorder other = new ExecRecorder();
        ExecSession bystander = runtime.exec(container, command(true, "/pod", "say", "up", "cat"), other);
        Await.until(
                "both run",
                () -> processes(container).size() == own.size() + 2
                        && stubborn.out().equals("up\n")
                        && other.out().equals("up\n"));
        session.close();
        Await.until("the command is gone", () -> processes(container).size() == own.size() + 1);
        assertThat(processes(container)).containsAll(own);
        bystander.endInput();
        assertThat(other.end()).isEqualTo(new ExecEnd.Exited(0));
    }

    @Test
    void closedRuntimeLeavesNoCommandBehind() throws Exception {
        String container = running();
        Await.until("its own processes", () -> processes(container).size() == 2);
        ExecRecorder sink = new ExecRecorder();
        ContainerRuntime closing = open("host1");
        closing.exec(container, command(true, "/pod", "say", "up", "sleep"), sink);
        Await.until("it runs", () -> sink.out().equals("up\n"));
        closing.close();
        assertThat(processes(container)).hasSize(2);
    }

    @Test
    void commandWhoseStartIsNotAnsweredIsEndedAllTheSame(@TempDir Path folder) throws Exception {
        String container = running();
        Await.until("its own processes", () -> processes(container).size() == 2);
        Path socket = folder.resolve("engine.sock");
        Duration patience = Duration.ofSeconds(3);
        RuntimeSettings impatient = new RuntimeSettings("host1", socket, patience, patience, patience, patience);
        try (SocketProxy proxy = new SocketProxy(socket, RuntimeSettings.DEFAULT_SOCKET);
                DockerRuntime far = open(impatient)) {
            proxy.swallowAnswersTo("/start HTTP");
            ExecPlan sleep = command(true, "/pod", "sleep");
            var begun = CompletableFuture.supplyAsync(() -> far.exec(container, sleep, new ExecRecorder()));
            Await.until("it runs", () -> processes(container).size() == 3);
            assertThat(begun)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ContainerException.class);
            Await.until("it is gone", () -> processes(container).size() == 2);
        }
    }

    @Test
    void commandThatEndsByItselfMayLeaveProcessesBehind() throws Exception {
        String container = running();
        Await.until("its own processes", () -> processes(container).size() == 2);
        ExecRecorder sink = new ExecRecorder();
        ExecSession session =
                runtime.exec(container, command(false, "/pod", "fork", "say", "forked", "exit", "3"), sink);
        Await.until(
                "it ended",
                () -> sink.out().equals("forked\n") && processes(container).size() == 3);
        session.close();
        assertThat(processes(container)).hasSize(3);
    }

    @Test
    void sinkThatStallsHoldsTheCommandBackAndNoOther() throws Exception {
        String container = running();
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong taken = new AtomicLong();
        ExecRecorder kept = new ExecRecorder();
        ExecSink slow = new ExecSink() {
            @Override
            public void output(LogLine.Stream stream, ByteBuffer bytes) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                taken.addAndGet(bytes.remaining());
            }

            @Override
            public void end(ExecEnd end) {
                kept.end(end);
            }
        };
        long size = 50_000_000;
        runtime.exec(container, command(false, "/pod", "long", Long.toString(size)), slow);
        ExecRecorder quick = new ExecRecorder();
        runtime.exec(container, command(false, "/pod", "say", "quick"), quick);
        assertThat(quick.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(taken).hasValue(0);
        go.countDown();
        assertThat(kept.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(taken).hasValue(size + 1);
    }

    @Test
    void terminalIsResizedWhileTheCommandRuns() throws Exception {
        ExecRecorder sink = new ExecRecorder();
        ExecPlan plan =
                new ExecPlan(List.of("/pod", "size", "winch", "size"), true, Optional.of(new TerminalSize(24, 80)));
        ExecSession session = runtime.exec(running(), plan, sink);
        Await.until("it has its first size", () -> sink.out().startsWith("24 80"));
        session.resize(new TerminalSize(50, 132));
        assertThat(sink.end()).isEqualTo(new ExecEnd.Exited(0));
        assertThat(sink.out().replace("\r", "")).isEqualTo("24 80\n50 132\n");
    }
}
