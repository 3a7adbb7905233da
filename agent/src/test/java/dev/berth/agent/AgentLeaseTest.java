package dev.berth.agent;

import static dev.berth.agent.AgentHarness.assign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.loop.BootClock;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.Assignment.Goal;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.ObservedPod.Phase;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lease of a whole agent: real threads, files and heartbeats, and a boot-time clock that can jump as in a sleep. */
class AgentLeaseTest {
    @TempDir
    Path folder;

    private final ExecutorService engineThread = AgentHarness.oneThread();
    private final AtomicLong sleptMillis = new AtomicLong();
    private final BootClock clock = () -> BootClock.ofKernel().bootMillis() + sleptMillis.get();
    private FakeController controller;
    private InMemoryRuntime runtime;
    private AgentHarness agent;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
        runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
        runtime.faults().addImage(AgentHarness.IMAGE, true);
        agent = new AgentHarness(folder, controller.address(), runtime, engineThread, clock);
    }

    @AfterEach
    void stop() {
        agent.close();
        controller.close();
        engineThread.shutdownNow();
    }

    private static Assignment elastic(String podId) {
        return assign(podId, 1, Goal.RUN).toBuilder().setElastic(true).build();
    }

    private FakeController.Session running() throws Exception {
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, elastic("e1"), assign("p1", 1, Goal.RUN));
        session.await("e1", Phase.RUNNING);
        session.await("p1", Phase.RUNNING);
        return session;
    }

    @Test
    void theFirstHeartbeatBringsALeaseAndAnElasticPodRunsOnIt() throws Exception {
        controller.heartbeatMillis = 3_600_000;
        running();
        assertThat(controller.heartbeats).hasValue(1);
        assertThat(agent.mailbox.lease().deadlineMillis())
                .isBetween(clock.bootMillis() + 30_000, clock.bootMillis() + 60_000);
    }

    @Test
    void aMachineThatSleptBeyondTheLeaseStopsItsElasticPodsAsItWakes() throws Exception {
        controller.heartbeatMillis = 3_600_000;
        FakeController.Session first = running();
        assertThat(first.received.poll(500, TimeUnit.MILLISECONDS))
                .as("no event is left that would wake the loop")
                .isNull();
        sleptMillis.addAndGet(Duration.ofMinutes(5).toMillis());
        long woken = System.nanoTime();
        FakeController.Session second = controller.welcome();
        assertThat(Duration.ofNanos(System.nanoTime() - woken))
                .as("the clock is looked at every second, and the session ended")
                .isLessThan(Duration.ofSeconds(6));
        ObservedPod ended = second.await("e1", Phase.ENDED);
        assertThat(ended.getExit().hasCode()).isFalse();
        assertThat(ended.getExit().getByRequest()).isFalse();
        assertThat(ended.getMessage()).isEqualTo("stopped by the host: its lease ended");
        assertThat(alive("berth-p1-1")).isTrue();
        assertThat(alive("berth-e1-1")).isFalse();
    }

    @Test
    void aLeaseCountsFromTheSendingHoweverLateItIsAcknowledged() throws Exception {
        controller.heartbeatMillis = 3_600_000;
        controller.leaseMillis = 20_000;
        controller.beforeHeartbeatAnswer = () -> sleptMillis.addAndGet(30_000);
        FakeController.Session session = controller.welcome();
        session.report();
        session.full(1, elastic("e1"), assign("p1", 1, Goal.RUN));
        session.await("p1", Phase.RUNNING);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (agent.mailbox.lease().deadlineMillis() == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
        assertThat(agent.mailbox.lease().deadlineMillis()).isLessThan(clock.bootMillis() - 5_000);
        assertThat(runtimeCalls("start")).isEqualTo(1);
    }

    @Test
    void aControllerThatAcknowledgesWithoutALeaseLetsItEnd() throws Exception {
        controller.leaseMillis = 1_000;
        controller.timeScale = 0.02;
        running();
        controller.leaseMillis = 0;
        FakeController.Session second = controller.welcome();
        assertThat(second.await("e1", Phase.ENDED).getExit().hasCode()).isFalse();
        assertThat(alive("berth-p1-1")).isTrue();
    }

    @Test
    void anAgentThatComesBackAfterItsLeaseStopsElasticPodsBeforeItDials() throws Exception {
        running();
        controller.heartbeatAnswer = Status.UNAVAILABLE;
        agent.close();
        sleptMillis.addAndGet(Duration.ofMinutes(5).toMillis());
        List<Boolean> aliveAtDial = new CopyOnWriteArrayList<>();
        controller.onDial = () -> aliveAtDial.add(alive("berth-e1-1"));
        controller.sessions.clear();
        agent = new AgentHarness(folder, controller.address(), runtime, engineThread, clock);
        controller.heartbeatAnswer = Status.OK;
        FakeController.Session second = controller.welcome();
        assertThat(aliveAtDial).isNotEmpty().doesNotContain(true);
        assertThat(second.await("e1", Phase.ENDED).getExit().hasCode()).isFalse();
        assertThat(alive("berth-p1-1")).isTrue();
    }

    private boolean alive(String container) {
        return CompletableFuture.supplyAsync(
                        () -> runtime.list().stream().anyMatch(box -> box.name().equals(container) && box.alive()),
                        engineThread)
                .join();
    }

    private long runtimeCalls(String call) throws Exception {
        return engineThread
                .submit(() -> runtime.faults().calls().stream()
                        .filter(line -> line.startsWith(call))
                        .count())
                .get();
    }
}
