package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends, strangers, logs and a bad line to the engine, on the real one. */
final class DockerEvidenceTest {
    private static EngineTestImage image;

    @TempDir
    private Path folder;

    private final String prefix = "e" + EngineTestImage.randomName();
    private DockerRuntime runtime;
    private int pods;

    @BeforeAll
    static void buildImage() throws Exception {
        image = new EngineTestImage();
    }

    @AfterAll
    static void removeImage() throws Exception {
        image.close();
    }

    @BeforeEach
    void openRuntime() {
        runtime = open(RuntimeSettings.of("host1"));
    }

    private static DockerRuntime open(RuntimeSettings settings) {
        DockerRuntime made = new DockerRuntime(settings);
        made.join(image.clusterId);
        return made;
    }

    @AfterEach
    void removeContainers() {
        runtime.list().forEach(state -> runtime.remove(state.id()));
        runtime.close();
    }

    private ContainerPlan plan(String... words) {
        pods++;
        return new ContainerPlan(
                prefix + pods,
                1,
                runtime.ensureImage(image.reference, PullProgress.NONE),
                List.of(),
                List.of(words),
                new TreeMap<>(),
                List.of(),
                new GpuDevices.None(),
                100,
                "",
                64,
                false);
    }

    private ContainerState run(ContainerPlan plan) {
        runtime.start(runtime.create(plan));
        return runtime.inspect(plan.name()).orElseThrow();
    }

    private ContainerState runToEnd(ContainerPlan plan) {
        run(plan);
        Await.until(
                "the end of " + plan.name(),
                () -> runtime.inspect(plan.name()).orElseThrow().status() == Status.EXITED);
        return runtime.inspect(plan.name()).orElseThrow();
    }

    private Recorder log(ContainerPlan plan) {
        Recorder log = new Recorder();
        runtime.logs(plan.name(), 5000, false, log);
        Await.until("the end of the log of " + plan.name(), () -> !log.ends.isEmpty());
        assertThat(log.ends).containsExactly("");
        return log;
    }

    @Test
    void inventedCodeIsNoEvidenceUnlessTheEndWasSeen() {
        assertThat(runToEnd(plan("exit", "255")).exitCode()).isEmpty();
        Recorder watch = new Recorder();
        try (Subscription open = runtime.watch(watch)) {
            Await.until("the watch", () -> watch.streams.contains("connected"));
            assertThat(open).isNotNull();
            ContainerPlan seen = plan("exit", "255");
            runToEnd(seen);
            Await.until("the event", () -> watch.has(ContainerEvent.Type.DIED, seen.podId()));
            assertThat(runtime.inspect(seen.name()).orElseThrow().exitCode()).hasValue(255);
        }
    }

    @Test
    void containerThatOutgrowsItsMemoryIsKilledForIt() {
        Recorder watch = new Recorder();
        try (Subscription open = runtime.watch(watch)) {
            assertThat(open).isNotNull();
            ContainerPlan plan = plan("eat", "256", "exit", "0");
            ContainerState ended = runToEnd(plan);
            assertThat(ended.oomKilled()).isTrue();
            assertThat(ended.exitCode()).hasValue(137);
            Await.until("the event", () -> watch.has(ContainerEvent.Type.OUT_OF_MEMORY, plan.podId()));
        }
    }

    @Test
    void graceIsGivenInFullAndNotWaitedForInVain() {
        ContainerPlan deaf = plan("ignore", "say", "ready", "sleep");
        run(deaf);
        Await.until("ready", () -> log(deaf).lines.contains("STDOUT ready"));
        long begin = System.nanoTime();
        runtime.stop(deaf.name(), Duration.ofMillis(700));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(700), Duration.ofSeconds(15));

        ContainerPlan polite = plan("trap", "9", "say", "ready", "sleep");
        run(polite);
        Await.until("ready", () -> log(polite).lines.contains("STDOUT ready"));
        long again = System.nanoTime();
        runtime.stop(polite.name(), Duration.ofMinutes(5));
        assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(Duration.ofSeconds(30));
        assertThat(runtime.inspect(polite.name()).orElseThrow().exitCode()).hasValue(9);
    }

    @Test
    void noProcessIsLeftAfterStop() {
        ContainerPlan plan = plan("fork", "sleep");
        ContainerState running = run(plan);
        assertThat(Cgroups.folders(running.id())).isNotEmpty();
        assertThat(Cgroups.empty(running.id())).isFalse();
        runtime.stop(plan.name(), Duration.ofSeconds(5));
        assertThat(Cgroups.empty(running.id())).isTrue();
        assertThat(ProcessHandle.of(running.pid())).isEmpty();
    }

    @Test
    void strangerWithOurNameIsLeftAlone() {
        ContainerPlan plan = plan("sleep");
        // Our labels on another name are what a container from a committed pod image carries.
        Map<String, String> labels = new ContainerLabels(image.clusterId, "host1").of(plan);
        String copy = image.client
                .createContainerCmd(image.reference)
                .withName("copy-" + plan.podId())
                .withLabels(labels)
                .exec()
                .getId();
        String stranger = image.client
                .createContainerCmd(image.reference)
                .withName(plan.name())
                .exec()
                .getId();
        try {
            assertThat(runtime.list()).isEmpty();
            assertThat(runtime.inspect(plan.name())).isEmpty();
            ContainerRuntimeContract.assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.create(plan));
            ContainerRuntimeContract.assertKind(Kind.NOT_FOUND, () -> runtime.start(stranger));
            runtime.remove(plan.name());
            runtime.remove(copy);
            assertThat(image.client.inspectContainerCmd(stranger).exec().getName())
                    .isEqualTo("/" + plan.name());
            assertThat(image.client.inspectContainerCmd(copy).exec().getName()).isEqualTo("/copy-" + plan.podId());
        } finally {
            image.client.removeContainerCmd(stranger).exec();
            image.client.removeContainerCmd(copy).exec();
        }
    }

    @Test
    void longLinesComeInPiecesAndNoLineIsLost() {
        ContainerPlan plan = plan("long", "150000", "lines", "3000", "say", "last");
        runToEnd(plan);
        List<String> lines = log(plan).raw.stream().map(Recorder::text).toList();
        assertThat(lines.subList(0, 3).stream().map(String::length)).containsExactly(65536, 65536, 150000 - 2 * 65536);
        assertThat(lines.subList(3, lines.size() - 1))
                .isEqualTo(IntStream.range(0, 3000).mapToObj(i -> "line " + i).toList());
        assertThat(lines.getLast()).isEqualTo("last");
    }

    @Test
    void sinkThatBlocksHoldsBackItsOwnStreamAlone() throws Exception {
        ContainerPlan plan = plan("lines", "3000");
        runToEnd(plan);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        LogSink blocking = new LogSink() {
            @Override
            public void line(LogLine line) {
                reached.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("closed", e);
                }
            }

            @Override
            public void end(String error) {
                ended.countDown();
            }
        };
        try (Subscription stuck = runtime.logs(plan.name(), 5000, false, blocking)) {
            reached.await();
            assertThat(log(plan).lines).hasSize(3000);
            assertThat(stuck).isNotNull();
        }
        ended.await();
    }

    @Test
    void lostEventsAreTakenUpAgain() throws Exception {
        try (SocketProxy proxy = new SocketProxy(folder.resolve("engine.sock"), RuntimeSettings.DEFAULT_SOCKET);
                DockerRuntime far = open(RuntimeSettings.of("host1").withSocket(proxy.path()))) {
            Recorder watch = new Recorder();
            far.watch(watch);
            Await.until("the watch", () -> watch.streams.equals(List.of("connected")));
            proxy.cut();
            Await.until("the second watch", () -> watch.streams.equals(List.of("connected", "lost", "connected")));
            ContainerPlan plan = plan("exit", "6");
            runToEnd(plan);
            Await.until("the event", () -> watch.has(ContainerEvent.Type.DIED, plan.podId()));
        }
    }

    @Test
    void connectionThatDiedWhileIdleIsNotNoticed() throws Exception {
        try (SocketProxy proxy = new SocketProxy(folder.resolve("engine.sock"), RuntimeSettings.DEFAULT_SOCKET);
                DockerRuntime far = open(RuntimeSettings.of("host1").withSocket(proxy.path()))) {
            assertThat(far.list()).isEmpty();
            proxy.cut();
            assertThat(far.list()).isEmpty();
        }
    }

    @Test
    void engineThatHangsOrIsAwayIsUnavailable() throws Exception {
        RuntimeSettings impatient = new RuntimeSettings(
                "host1",
                folder.resolve("engine.sock"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                Duration.ofSeconds(1));
        try (DockerRuntime away = open(impatient)) {
            ContainerRuntimeContract.assertKind(Kind.ENGINE_UNAVAILABLE, away::engine);
            try (SocketProxy proxy = new SocketProxy(impatient.socket(), RuntimeSettings.DEFAULT_SOCKET)) {
                assertThat(away.engine().version()).isNotEmpty();
                proxy.hang();
                ContainerRuntimeContract.assertKind(Kind.ENGINE_UNAVAILABLE, away::list);
                assertThat(Thread.interrupted())
                        .as("the time limit's interrupt stays inside")
                        .isFalse();
            }
        }
    }

    @Test
    void interruptedCallSaysSo() throws Exception {
        ContainerPlan plan = plan("ignore", "sleep");
        run(plan);
        CountDownLatch begun = new CountDownLatch(1);
        List<Kind> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            begun.countDown();
            try {
                runtime.stop(plan.name(), Duration.ofMinutes(5));
            } catch (ContainerException e) {
                seen.add(e.kind());
            }
        });
        begun.await();
        caller.interrupt();
        caller.join();
        assertThat(seen).containsExactly(Kind.INTERRUPTED);
    }
}
