package dev.berth.agent;

import static dev.berth.agent.AgentHarness.assign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.container.LogLine;
import dev.berth.proto.agent.v1.Assignment.Goal;
import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.ObservedPod.Phase;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.v1.Reason;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent against a controller on loopback. */
class AgentSessionTest {
    @TempDir
    Path folder;

    private final ExecutorService engineThread = AgentHarness.oneThread();
    private FakeController controller;
    private InMemoryRuntime runtime;
    private AgentHarness agent;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
        runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
        runtime.faults().addImage(AgentHarness.IMAGE, true);
        agent = new AgentHarness(folder, controller.address(), runtime, engineThread);
    }

    @AfterEach
    void stop() {
        agent.close();
        controller.close();
        engineThread.shutdownNow();
    }

    @Test
    void introducesTheHostThenReportsEverythingThenRunsWhatItIsTold() throws Exception {
        FakeController.Session session = controller.welcome();
        assertThat(session.hello.getHostId()).matches("[a-z0-9]{16}");
        assertThat(session.hello.getHostName()).isEqualTo("A");
        assertThat(session.hello.getClusterId()).isEmpty();
        assertThat(session.hello.getInventory().getUnitsList()).hasSize(4);
        assertThat(session.hello.getInventory().getUnitCpuHundredths()).isEqualTo(200);
        assertThat(session.hello.getDataCenter()).isEqualTo("dc-1");
        assertThat(session.hello.getLabelsMap()).containsExactly(Map.entry("fabric", "ib-1"));
        assertThat(session.hello.getInventory().getLinks(0).getNvlinks()).isEqualTo(4);
        assertThat(session.hello.getInventory().getUnits(3).getNumaNode()).isEqualTo(1);
        Report first = session.report();
        assertThat(first.getFull()).isTrue();
        assertThat(first.getSequence()).isEqualTo(1);
        assertThat(first.getInventory()).isEqualTo(session.hello.getInventory());
        String unit = session.hello.getInventory().getUnits(2).getId();
        session.full(7, assign("p1", 1, Goal.RUN, unit));
        ObservedPod running = session.await("p1", Phase.RUNNING);
        assertThat(running.getContainerId()).isNotEmpty();
        assertThat(running.getStepsList()).extracting(step -> step.getText()).contains("the container is started");
        assertThat(agent.mailbox.appliedRevision()).isEqualTo(7);
        session.delta(7, 8, List.of(), assign("p1", 1, Goal.REMOVE, unit));
        assertThat(session.await("p1", Phase.GONE).getExit().getByRequest()).isTrue();
        session.delta(8, 9, List.of("p1"));
        assertThat(engine(() -> runtime.list())).isEmpty();
    }

    @Test
    void anImageThatDoesNotExistIsReportedWithItsReason() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(
                1,
                assign("p1", 1, Goal.RUN).toBuilder()
                        .setContainer(assign("p1", 1, Goal.RUN).getContainer().toBuilder()
                                .setImage("berth/none:1"))
                        .build());
        ObservedPod failed = session.await("p1", Phase.START_FAILED);
        assertThat(failed.getFailure()).isEqualTo(Reason.INVALID_IMAGE);
        assertThat(failed.getMessage()).contains("berth/none:1");
    }

    @Test
    void tellsWhichImagesItHasAndTellsAgainAfterAPull() throws Exception {
        engine(() -> runtime.faults().addImage("berth/fresh:2", false));
        FakeController.Session session = controller.welcome();
        assertThat(session.report().getImages().getReferencesList()).containsExactly(AgentHarness.IMAGE);
        session.full(
                1,
                assign("p1", 1, Goal.RUN).toBuilder()
                        .setContainer(assign("p1", 1, Goal.RUN).getContainer().toBuilder()
                                .setImage("berth/fresh:2"))
                        .build());
        List<Report> later = new ArrayList<>();
        while (later.isEmpty() || later.getLast().getPods(0).getPhase() != Phase.RUNNING) {
            later.add(session.report());
        }
        assertThat(later)
                .filteredOn(Report::hasImages)
                .singleElement()
                .satisfies(report -> assertThat(report.getImages().getReferencesList())
                        .containsExactly("berth/fresh:2", AgentHarness.IMAGE));
    }

    @Test
    void aUnitThatIsOutOfStockIsToldAtOnceAndToTheNextSession() throws Exception {
        FakeController.Session session = controller.welcome();
        assertThat(session.report().getInventory().getUnitsCount()).isEqualTo(4);
        session.full(1);
        String unit = session.hello.getInventory().getUnits(0).getId();
        agent.mailbox.inventory(agent.inventory.without(Set.of(unit), List.of(unit + " is quarantined")));
        Report told = session.report();
        while (!told.hasInventory()) {
            told = session.report();
        }
        assertThat(told.getPodsList()).isEmpty();
        assertThat(told.getInventory().getUnitsList())
                .hasSize(3)
                .containsExactlyElementsOf(
                        session.hello.getInventory().getUnitsList().subList(1, 4));
        assertThat(told.getInventory().getWarningsList()).containsExactly("a warning", unit + " is quarantined");
        assertThat(told.getInventory().getUnitCpuHundredths()).isEqualTo(200);
        assertThat(told.getInventory().getLinksList())
                .as("its links go with it")
                .isEmpty();
        controller.restart();
        assertThat(controller.welcome().hello.getInventory()).isEqualTo(told.getInventory());
    }

    @Test
    void aDiskThatIsAlmostFullIsToldAtOnceAndToTheNextSession() throws Exception {
        FakeController.Session session = controller.welcome();
        Report first = session.report();
        assertThat(first.hasDiskFull()).isTrue();
        assertThat(first.getDiskFull()).isFalse();
        session.full(1);
        agent.mailbox.diskFull(true);
        Report told = session.report();
        while (!told.hasDiskFull()) {
            told = session.report();
        }
        assertThat(told.getDiskFull()).isTrue();
        assertThat(told.hasInventory()).as("all else is as it was").isFalse();
        controller.restart();
        assertThat(controller.welcome().report().getDiskFull()).isTrue();
    }

    @Test
    void aProcessThatEndsByItselfIsReportedWithItsCode() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        engine(() -> {
            runtime.faults().exit("berth-p1-1", 3);
            return true;
        });
        ObservedPod ended = session.await("p1", Phase.ENDED);
        assertThat(ended.getExit().getCode()).isEqualTo(3);
        assertThat(ended.getExit().getByRequest()).isFalse();
    }

    @Test
    void dialsAgainSoonWhenTheControllerComesBackAndTouchesNoPod() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        long before = System.nanoTime();
        controller.restart();
        FakeController.Session again = controller.welcome();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(again.hello.getClusterId()).isEqualTo("cluster1");
        assertThat(again.hello.getHighestTerm()).isEqualTo(1);
        assertThat(again.hello.getAppliedRevision()).isEqualTo(1);
        assertThat(again.report().getPods(0).getPhase()).isEqualTo(Phase.RUNNING);
        again.full(1, assign("p1", 1, Goal.RUN));
        assertThat(engine(() -> runtime.faults().calls())).containsOnlyOnce("create berth-p1-1");
    }

    @Test
    void twoFailedHeartbeatsEndTheConnection() throws Exception {
        controller.welcome().report();
        FakeController.take(controller.attendances, "an attendance");
        controller.heartbeatAnswer = Status.UNAVAILABLE.withDescription("wedged");
        FakeController.take(controller.sessions, "a new session");
        assertThat(controller.heartbeats.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aHeartbeatOfAForgottenSessionOpensANewOne() throws Exception {
        controller.welcome().report();
        controller.heartbeatAnswer = Status.ABORTED;
        FakeController.take(controller.sessions, "a new session");
    }

    @Test
    void heartbeatsGoOnAllTheTime() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        int before = controller.heartbeats.get();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (controller.heartbeats.get() < before + 5) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
        assertThat(controller.sessions).isEmpty();
    }

    @Test
    void aDeltaOnAnotherBaseAndAnUnknownGoalEndTheSession() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        session.delta(5, 6, List.of(), assign("p1", 1, Goal.REMOVE));
        FakeController.Session second = controller.welcome();
        assertThat(second.report().getPods(0).getPhase()).isEqualTo(Phase.RUNNING);
        second.full(6, assign("p1", 1, Goal.RUN).toBuilder().setGoalValue(99).build());
        assertThat(controller.welcome().report().getPods(0).getPhase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aRestartedAgentFindsItsPodAndStartsNothingAgain() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        String container = session.await("p1", Phase.RUNNING).getContainerId();
        agent.close();
        agent = new AgentHarness(folder, controller.address(), runtime, engineThread);
        FakeController.Session again = controller.welcome();
        assertThat(again.hello.getHostId()).isEqualTo(session.hello.getHostId());
        ObservedPod pod = again.report().getPods(0);
        assertThat(pod.getPhase()).isEqualTo(Phase.RUNNING);
        assertThat(pod.getContainerId()).isEqualTo(container);
        again.full(2, assign("p1", 1, Goal.RUN), assign("p2", 1, Goal.RUN));
        again.await("p2", Phase.RUNNING);
        assertThat(engine(() -> runtime.faults().calls()))
                .filteredOn(call -> call.startsWith("start"))
                .hasSize(2);
    }

    @Test
    void sendsALogAtThePaceOfItsReaderAndLosesNothing() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        FakeController.Attendance attendance = FakeController.take(controller.attendances, "an attendance");
        assertThat(attendance.request().getSessionEpoch()).isEqualTo(session.epoch);
        int lines = 2_000;
        engine(() -> {
            for (int i = 0; i < lines; i++) {
                runtime.faults().print("berth-p1-1", LogLine.Stream.STDOUT, i + " " + "x".repeat(1_000));
            }
            return true;
        });
        attendance.ask("s1", "p1", lines, false);
        FakeController.LogStream log = FakeController.take(controller.logs, "a log");
        int before = controller.heartbeats.get();
        List<String> read = new ArrayList<>();
        while (read.size() < lines) {
            log.more(1);
            LogChunk chunk = FakeController.take(log.chunks, "a chunk");
            assertThat(chunk.getStreamId()).isEqualTo("s1");
            chunk.getLinesList()
                    .forEach(line -> read.add(line.getText().toStringUtf8().split(" ", 2)[0]));
        }
        log.more(1);
        assertThat(FakeController.take(log.ends, "an end")).isEmpty();
        for (int i = 0; i < lines; i++) {
            assertThat(read.get(i)).isEqualTo(Integer.toString(i));
        }
        assertThat(controller.heartbeats.get()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aLogThatCannotBeReadSaysWhy() throws Exception {
        controller.welcome().report();
        FakeController.Attendance attendance = FakeController.take(controller.attendances, "an attendance");
        attendance.ask("s2", "nobody", 10, true);
        FakeController.LogStream log = FakeController.take(controller.logs, "a log");
        log.more(2);
        LogChunk chunk = FakeController.take(log.chunks, "a chunk");
        if (chunk.getFailure().isEmpty()) {
            chunk = FakeController.take(log.chunks, "a chunk after the one that opens the log");
        }
        assertThat(chunk.getFailure()).contains("nobody");
        assertThat(FakeController.take(log.ends, "an end")).isEmpty();
    }

    private <T> T engine(java.util.concurrent.Callable<T> action) throws InterruptedException, ExecutionException {
        return engineThread.submit(action).get();
    }
}
