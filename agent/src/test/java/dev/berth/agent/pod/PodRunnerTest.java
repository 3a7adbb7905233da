package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.AgentEvent.StepFinished;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Goal;
import dev.berth.agent.volume.VolumeException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is given up ends and is told, and what fails hides nothing else. */
class PodRunnerTest {
    private static final String IMAGE = "berth/test:1";
    private static final Assignment POD = new Assignment(
            "e",
            1,
            Goal.RUN,
            "tenant",
            new ContainerSpec(IMAGE, List.of(), List.of(), "", new TreeMap<>(), true),
            List.of(),
            100,
            512,
            20,
            1_000);
    private static final StartStep PULL = new StartStep(POD.key(), PodStep.PULL, "", POD);

    private final InMemoryRuntime runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private final List<Boolean> interruptedAtEnd = new ArrayList<>();

    private PodRunner runner(ContainerRuntime engine, ExecutorService threads) {
        return runner(engine, new InMemoryVolumes(events::add), threads);
    }

    private PodRunner runner(ContainerRuntime engine, VolumeSteps volumes, ExecutorService threads) {
        runtime.faults().addImage(IMAGE, true);
        PodRunner runner = new PodRunner(
                engine,
                PodRunnerLeaseTest.plans(),
                volumes,
                new HostImages(runtime, names -> {}),
                event -> {
                    interruptedAtEnd.add(Thread.currentThread().isInterrupted());
                    events.add(event);
                },
                () -> true,
                UnitGate.OPEN,
                threads);
        runtime.join("cluster1");
        return runner;
    }

    private StepOutcome end() throws InterruptedException {
        AgentEvent event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("the pull's end").isInstanceOf(StepFinished.class);
        return ((StepFinished) event).outcome();
    }

    @Test
    void aPullThatIsGivenUpBeforeItsThreadRunsEndsAndTheNextOneRuns() throws Exception {
        HeldThreads threads = new HeldThreads();
        PodRunner runner = runner(runtime, threads);
        runner.start(PULL);
        runner.cancelStep(POD.key());
        threads.goOn();
        assertThat(end()).isInstanceOf(StepOutcome.Uncertain.class);
        assertThat(runtime.faults().calls()).isEmpty();
        runner.start(PULL);
        threads.goOn();
        assertThat(end()).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void aPullThatHasEndedIsNotGivenUpAndNorIsWhatItsThreadDoesNow() throws Exception {
        HeldThreads threads = new HeldThreads();
        PodRunner runner = runner(runtime, threads);
        runner.start(PULL);
        threads.goOn();
        runner.cancelStep(POD.key());
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(end()).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void volumesThatCannotBeListedHideNoContainer() {
        VolumeSteps broken = (VolumeSteps) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {VolumeSteps.class}, (proxy, method, arguments) -> {
                    throw new VolumeException(VolumeException.Kind.FAILED, "find was given up after 60 seconds");
                });
        PodRunner runner = runner(runtime, broken, new SameThread());
        runtime.faults().ghost("cluster1", "host000000000001", "e", 1);
        runner.listVolumes(1);
        assertThat(events.remove()).isEqualTo(new AgentEvent.ListingFailed(1, "find was given up after 60 seconds"));
        runner.listContainers(2);
        assertThat(events.remove()).isInstanceOfSatisfying(AgentEvent.ContainersListed.class, listed -> {
            assertThat(listed.token()).isEqualTo(2);
            assertThat(listed.containers())
                    .singleElement()
                    .satisfies(box -> assertThat(box.key()).isEqualTo(POD.key()));
        });
    }

    @Test
    void whatAPullFoundIsForgottenWithItsPlacement() throws Exception {
        PodRunner runner = runner(runtime, new SameThread());
        runner.start(PULL);
        assertThat(end()).isInstanceOf(StepOutcome.Done.class);
        runner.forget(POD.key());
        runner.start(new StartStep(POD.key(), PodStep.CREATE, "", POD));
        assertThat(end()).isInstanceOf(StepOutcome.ImageMissing.class);
    }

    @Test
    void aPullUnderWayIsInterruptedAndItsEndIsToldInPeace() throws Exception {
        CountDownLatch pulling = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ContainerRuntime slow = (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ContainerRuntime.class}, (proxy, method, arguments) -> {
                    try {
                        pulling.countDown();
                        never.await();
                        return null;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new ContainerException(ContainerException.Kind.INTERRUPTED, "interrupted: pull", e);
                    }
                });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PodRunner runner = runner(slow, threads);
            runner.start(PULL);
            assertThat(pulling.await(20, TimeUnit.SECONDS)).isTrue();
            runner.cancelStep(POD.key());
            assertThat(end())
                    .isInstanceOfSatisfying(
                            StepOutcome.Uncertain.class,
                            end -> assertThat(end.message()).isEqualTo("interrupted: pull"));
        }
        assertThat(interruptedAtEnd).containsExactly(false);
    }

    /** Keeps what it is given until it is told to go on, on the caller's thread. */
    private static final class HeldThreads extends AbstractExecutorService {
        private final Queue<Runnable> held = new ArrayDeque<>();

        void goOn() {
            while (!held.isEmpty()) {
                held.remove().run();
            }
        }

        @Override
        public void execute(Runnable command) {
            held.add(command);
        }

        @Override
        public void shutdown() {
            held.clear();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.copyOf(held);
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
