package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.ContainerException.Kind;
import dev.berth.agent.container.ContainerState.Status;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every container runtime does, the double and the real engine alike. */
abstract class ContainerRuntimeContract {
    static final Duration GRACE = Duration.ofSeconds(10);

    private int pods;

    ContainerRuntime runtime;

    /** A runtime of this host on the one engine, joined to the test's cluster. */
    abstract ContainerRuntime open(String hostId);

    /** Reference of an image whose program takes the words of pod.c; its os-release says Debian. */
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

    ContainerPlan plan(String... words) {
        pods++;
        return planOf(podIdPrefix() + pods, words);
    }

    ContainerPlan planOf(String podId, String... words) {
        return new ContainerPlan(
                podId,
                1,
                runtime.ensureImage(image(), PullProgress.NONE),
                List.of(),
                List.of(words),
                new TreeMap<>(),
                List.of("GPU-1", "GPU-2"),
                new GpuDevices.None(),
                50,
                "",
                64,
                false);
    }

    ContainerState run(ContainerPlan plan) {
        runtime.start(runtime.create(plan));
        return state(plan);
    }

    ContainerState state(ContainerPlan plan) {
        return runtime.inspect(plan.name()).orElseThrow();
    }

    void awaitEnd(ContainerPlan plan) {
        Await.until("the end of " + plan.name(), () -> state(plan).status() == Status.EXITED);
    }

    static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ContainerException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    @Test
    void createdContainerIsThereAndDoesNotRun() {
        ContainerPlan plan = plan("sleep");
        String id = runtime.create(plan);

        ContainerState state = state(plan);
        assertThat(state.id()).isEqualTo(id);
        assertThat(state.name()).isEqualTo("berth-" + plan.podId() + "-1");
        assertThat(state.podId()).isEqualTo(plan.podId());
        assertThat(state.incarnation()).isEqualTo(1);
        assertThat(state.specHash()).isEqualTo(plan.specHash());
        assertThat(state.unitIds()).containsExactly("GPU-1", "GPU-2");
        assertThat(state.status()).isEqualTo(Status.CREATED);
        assertThat(state.alive()).isFalse();
        assertThat(state.startedAt()).isEmpty();
        assertThat(state.exitCode()).isEmpty();
        assertThat(runtime.list()).containsExactly(state);
    }

    @Test
    void processesDieAlsoWithoutTheEnginesHelp() {
        ContainerPlan plan = plan("sleep");
        ContainerState running = run(plan);
        runtime.killProcesses(plan.name());
        assertThat(state(plan).alive()).as("a name is not enough").isTrue();
        runtime.killProcesses(running.id());
        awaitEnd(plan);
        assertThat(state(plan).status()).isEqualTo(Status.EXITED);
        runtime.killProcesses(running.id());
    }

    @Test
    void imagesOfTheHostAreListedByTheirNamesAndNoMoreThanAskedFor() {
        runtime.ensureImage(image(), PullProgress.NONE);
        assertThat(runtime.imageReferences(1_000))
                .contains(image())
                .isSorted()
                .noneMatch(reference -> reference.contains("<none>"));
        assertThat(runtime.imageReferences(1)).hasSize(1);
    }

    @Test
    void anElasticPodIsKnownByItsLabel() {
        ContainerPlan pinned = plan("sleep");
        ContainerPlan elastic = new ContainerPlan(
                pinned.podId(),
                2,
                pinned.image(),
                pinned.entrypoint(),
                pinned.command(),
                pinned.env(),
                pinned.unitIds(),
                pinned.gpus(),
                pinned.cpuHundredths(),
                pinned.cpuset(),
                pinned.memoryMib(),
                true);
        runtime.create(pinned);
        runtime.create(elastic);
        assertThat(state(pinned).elastic()).isFalse();
        assertThat(state(elastic).elastic()).isTrue();
    }

    @Test
    void secondCreateOfTheSamePlanAnswersWithTheFirst() {
        ContainerPlan plan = plan("sleep");
        String id = runtime.create(plan);
        assertThat(runtime.create(plan)).isEqualTo(id);
        assertThat(runtime.list()).hasSize(1);
    }

    @Test
    void anotherPlanOfTheSameIncarnationIsRefused() {
        ContainerPlan plan = plan("sleep");
        runtime.create(plan);
        assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.create(planOf(plan.podId(), "exit", "0")));
        assertThat(state(plan).specHash()).isEqualTo(plan.specHash());
    }

    @Test
    void secondStartLeavesTheRunningContainerAsItIs() {
        ContainerPlan plan = plan("sleep");
        ContainerState first = run(plan);
        assertThat(first.status()).isEqualTo(Status.RUNNING);
        assertThat(first.pid()).isPositive();
        runtime.start(plan.name());
        runtime.start(first.id());
        assertThat(state(plan)).isEqualTo(first);
    }

    @Test
    void endedContainerIsNotRunAgainByAnotherStart() {
        ContainerPlan plan = plan("exit", "0");
        run(plan);
        awaitEnd(plan);
        ContainerState ended = state(plan);
        runtime.start(plan.name());
        assertThat(state(plan)).isEqualTo(ended);
    }

    @Test
    void exitCodeIsTheProcesssOwn() {
        ContainerPlan plan = plan("exit", "3");
        run(plan);
        awaitEnd(plan);
        ContainerState ended = state(plan);
        assertThat(ended.exitCode()).hasValue(3);
        assertThat(ended.oomKilled()).isFalse();
        assertThat(ended.pid()).isZero();
        // Not their order: the engine stamps the start after the process runs, so a short one may end before it.
        assertThat(ended.startedAt()).isPresent();
        assertThat(ended.finishedAt()).isPresent();
    }

    @Test
    void stopAsksFirstAndKeepsTheCode() {
        ContainerPlan plan = plan("trap", "7", "say", "ready", "sleep");
        run(plan);
        awaitLine(plan, "STDOUT ready");
        runtime.stop(plan.name(), GRACE);
        assertThat(state(plan).status()).isEqualTo(Status.EXITED);
        assertThat(state(plan).exitCode()).hasValue(7);
    }

    @Test
    void stopKillsWhatDoesNotListen() {
        ContainerPlan plan = plan("ignore", "say", "ready", "sleep");
        run(plan);
        awaitLine(plan, "STDOUT ready");
        runtime.stop(plan.name(), Duration.ofMillis(150));
        assertThat(state(plan).status()).isEqualTo(Status.EXITED);
        assertThat(state(plan).exitCode()).hasValue(137);
    }

    @Test
    void stopOfWhatEndedOrIsGoneChangesNothing() {
        ContainerPlan plan = plan("exit", "4");
        run(plan);
        awaitEnd(plan);
        ContainerState ended = state(plan);
        runtime.stop(plan.name(), GRACE);
        runtime.stop("berth-nosuch-1", GRACE);
        assertThat(state(plan)).isEqualTo(ended);
    }

    @Test
    void removeKillsWhatRunsAndCanBeRepeated() {
        ContainerPlan plan = plan("sleep");
        ContainerState running = run(plan);
        runtime.remove(plan.name());
        runtime.remove(running.id());
        assertThat(runtime.inspect(plan.name())).isEmpty();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void startOfAnUnknownContainerIsNotFound() {
        assertKind(Kind.NOT_FOUND, () -> runtime.start("berth-nosuch-1"));
        assertThat(runtime.inspect("berth-nosuch-1")).isEmpty();
    }

    @Test
    void imageThatDoesNotExistIsInvalid() {
        assertKind(Kind.INVALID_IMAGE, () -> runtime.ensureImage("berth/nosuch:1", PullProgress.NONE));
        assertKind(Kind.INVALID_IMAGE, () -> runtime.ensureImage("Not An Image", PullProgress.NONE));
        assertKind(Kind.INVALID_IMAGE, () -> runtime.ensureImage("", PullProgress.NONE));
    }

    @Test
    void theDistributionIsReadOfTheImageAndNoPodsContainerIsMade() {
        ImageOs os = runtime.readOs(runtime.ensureImage(image(), PullProgress.NONE));
        assertThat(os.id()).isEqualTo("debian");
        assertThat(os.debianFamily()).isTrue();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void logHoldsBothStreamsAndTheTailOfThem() {
        ContainerPlan plan = plan("say", "one", "say", "two", "err", "three", "exit", "0");
        run(plan);
        awaitEnd(plan);
        Recorder all = readLog(plan, 100);
        assertThat(all.lines).containsExactlyInAnyOrder("STDOUT one", "STDOUT two", "STDERR three");
        assertThat(all.raw)
                .allSatisfy(line -> assertThat(line.time())
                        .isAfterOrEqualTo(state(plan).startedAt().orElseThrow().minusSeconds(1)));
        assertThat(readLog(plan, 1).lines).hasSize(1);
        assertThat(readLog(plan, 0).lines).isEmpty();
    }

    @Test
    void followedLogEndsWithTheContainer() {
        ContainerPlan plan = plan("trap", "0", "say", "ready", "sleep");
        run(plan);
        Recorder log = new Recorder();
        runtime.logs(plan.name(), 100, true, log);
        Await.until("the line of " + plan.name(), () -> log.lines.contains("STDOUT ready"));
        assertThat(log.ends).isEmpty();
        runtime.stop(plan.name(), GRACE);
        Await.until("the end of the log", () -> log.ends.equals(List.of("")));
    }

    @Test
    void followedLogEndsWhenItIsClosed() throws Exception {
        ContainerPlan plan = plan("say", "ready", "sleep");
        run(plan);
        Recorder log = new Recorder();
        try (Subscription open = runtime.logs(plan.name(), 100, true, log)) {
            Await.until("the line of " + plan.name(), () -> log.lines.contains("STDOUT ready"));
            assertThat(open).isNotNull();
        }
        Await.until("the end of the log", () -> log.ends.equals(List.of("")));
        assertThat(state(plan).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void watchTellsOfStartAndEnd() {
        Recorder watch = new Recorder();
        try (Subscription open = runtime.watch(watch)) {
            assertThat(open).isNotNull();
            Await.until("the watch", () -> watch.streams.equals(List.of("connected")));
            ContainerPlan plan = plan("exit", "5");
            String id = runtime.create(plan);
            runtime.start(id);
            Await.until("the end", () -> watch.has(ContainerEvent.Type.DIED, plan.podId()));
            assertThat(watch.has(ContainerEvent.Type.STARTED, plan.podId())).isTrue();
            ContainerEvent end = watch.events.getLast();
            assertThat(end.containerId()).isEqualTo(id);
            assertThat(end.incarnation()).isEqualTo(1);
            assertThat(end.exitCode()).hasValue(5);
        }
    }

    @Test
    void anotherHostsContainersAreNeitherSeenNorTouched() {
        ContainerPlan plan = plan("sleep");
        ContainerState running = run(plan);
        try (ContainerRuntime other = open("host2")) {
            assertThat(other.list()).isEmpty();
            assertThat(other.inspect(plan.name())).isEmpty();
            other.stop(plan.name(), Duration.ZERO);
            other.remove(running.id());
            assertKind(Kind.NOT_FOUND, () -> other.logs(plan.name(), 1, false, new Recorder()));
            assertKind(Kind.CONTAINER_CREATE_ERROR, () -> other.create(plan));
        }
        assertThat(state(plan)).isEqualTo(running);
    }

    @Test
    void containersOutliveTheAgentAndAreFoundAgain() {
        ContainerPlan plan = plan("sleep");
        ContainerState running = run(plan);
        try (ContainerRuntime before = open("host1")) {
            assertThat(before.list()).containsExactly(running);
        }
        try (ContainerRuntime after = open("host1")) {
            assertThat(after.list()).containsExactly(running);
            assertThat(after.create(plan)).isEqualTo(running.id());
            after.start(plan.name());
            assertThat(after.inspect(plan.name())).contains(running);
        }
    }

    void awaitLine(ContainerPlan plan, String line) {
        Await.until(
                "the line '" + line + "' of " + plan.name(),
                () -> readLog(plan, 100).lines.contains(line));
    }

    Recorder readLog(ContainerPlan plan, int tail) {
        Recorder log = new Recorder();
        try (Subscription reading = runtime.logs(plan.name(), tail, false, log)) {
            assertThat(reading).isNotNull();
            Await.until("the end of the log of " + plan.name(), () -> !log.ends.isEmpty());
        }
        assertThat(log.ends).containsExactly("");
        return log;
    }

    @Test
    void anExportedImageIsNoPodsContainer() throws Exception {
        ImageFacts image = runtime.ensureImage(image(), PullProgress.NONE);
        try (InputStream archive = runtime.exportImage(image)) {
            assertThat(runtime.list()).isEmpty();
            assertThat(archive.readAllBytes()).hasSizeGreaterThanOrEqualTo(1_024);
        }
        ImageFacts gone = new ImageFacts(
                "sha256:" + "0".repeat(64), "gone", "linux", "amd64", 1, List.of(), List.of(), List.of());
        assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.exportImage(gone));
        assertKind(Kind.CONTAINER_CREATE_ERROR, () -> runtime.readOs(gone));
    }
}
