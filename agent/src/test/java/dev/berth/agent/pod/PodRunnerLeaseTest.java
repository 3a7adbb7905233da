package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.gpu.EngineGpuSupport;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.SimulatedGpuProbe;
import dev.berth.agent.gpu.SimulatedTopology;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.UnitShare;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Check, act, check again: an elastic pod is started only within the lease, and lives on only if it still holds. */
class PodRunnerLeaseTest {
    private static final String IMAGE = "berth/test:1";

    private final InMemoryRuntime runtime = new InMemoryRuntime("host000000000001", InstantSource.system());
    private final List<AgentEvent> events = new ArrayList<>();
    /** What the lease says to each question, in turn; then yes. */
    private final List<Boolean> answers = new ArrayList<>();

    private int asked;
    private final PodRunner runner = runner();

    static PodPlans plans() {
        GpuInventory gpus =
                new SimulatedGpuProbe("host000000000001", "RTX 4090", 2, 0, SimulatedTopology.NVLINK_PAIRS).probe();
        Injection injection = Injection.choose(gpus, new EngineGpuSupport(false, Set.of(), false), Path.of("/devices"));
        return new PodPlans(
                injection,
                new HostShare(new UnitShare(100, 512, 100, 512), UnitShare.NONE, new TreeSet<>(), new TreeMap<>()),
                "127.0.0.1",
                false);
    }

    private PodRunner runner() {
        return new PodRunner(
                runtime,
                plans(),
                new InMemoryVolumes(events::add),
                new HostImages(runtime, names -> {}),
                events::add,
                () -> asked >= answers.size() || answers.get(asked++),
                UnitGate.OPEN,
                new SameThread());
    }

    @BeforeEach
    void anImageAndACluster() {
        runtime.faults().addImage(IMAGE, true);
        runner.join("cluster1");
    }

    @Test
    void withoutALeaseNothingIsStarted() {
        answers.add(false);
        StepOutcome outcome = launch(true);
        assertThat(outcome).isInstanceOf(StepOutcome.Uncertain.class);
        assertThat(runtime.list()).singleElement().satisfies(box -> {
            assertThat(box.status()).isEqualTo(ContainerState.Status.CREATED);
            assertThat(box.elastic()).isTrue();
        });
    }

    @Test
    void aLeaseThatEndsWithinTheStartKillsWhatWasStarted() {
        answers.addAll(List.of(true, false));
        assertThat(launch(true)).isInstanceOf(StepOutcome.LeaseEnded.class);
        assertThat(runtime.list())
                .singleElement()
                .satisfies(box -> assertThat(box.alive()).isFalse());
    }

    @Test
    void aLeaseThatHoldsLetsItRun() {
        answers.addAll(List.of(true, true));
        assertThat(launch(true)).isInstanceOf(StepOutcome.Done.class);
        assertThat(asked).as("looked at before and after").isEqualTo(2);
        assertThat(runtime.list())
                .singleElement()
                .satisfies(box -> assertThat(box.alive()).isTrue());
    }

    @Test
    void aPinnedPodIsAskedForNoLease() {
        answers.addAll(List.of(false, false));
        assertThat(launch(false)).isInstanceOf(StepOutcome.Done.class);
        assertThat(asked).isZero();
        assertThat(runtime.list()).singleElement().satisfies(box -> {
            assertThat(box.alive()).isTrue();
            assertThat(box.elastic()).isFalse();
        });
    }

    @Test
    void anEngineThatDoesNotAnswerKeepsNoElasticPodAlive() throws Exception {
        launch(true);
        String container = runtime.list().getFirst().id();
        CountDownLatch neverAnswers = new CountDownLatch(1);
        List<String> killed = new CopyOnWriteArrayList<>();
        ContainerRuntime stuck = (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ContainerRuntime.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("stop")) {
                        neverAnswers.await();
                    }
                    if (method.getName().equals("killProcesses")) {
                        killed.add(String.valueOf(arguments[0]));
                        neverAnswers.countDown();
                    }
                    return method.getName().equals("inspect") ? Optional.empty() : null;
                });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PodRunner other = new PodRunner(
                    stuck,
                    plans(),
                    new InMemoryVolumes(event -> {}),
                    new HostImages(stuck, names -> {}),
                    event -> {},
                    () -> false,
                    UnitGate.OPEN,
                    threads);
            other.start(new StartStep(
                    new PodKey("e", 1), PodStep.STOP, container, pod(true).withGraceMillis(0)));
            assertThat(neverAnswers.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(killed).containsExactly(container);
    }

    private StepOutcome launch(boolean elastic) {
        Assignment pod = pod(elastic);
        for (PodStep step : List.of(PodStep.PULL, PodStep.CREATE, PodStep.START)) {
            runner.start(new StartStep(pod.key(), step, "", pod));
        }
        AgentEvent last = events.getLast();
        assertThat(last).isInstanceOf(AgentEvent.StepFinished.class);
        return ((AgentEvent.StepFinished) last).outcome();
    }

    private static Assignment pod(boolean elastic) {
        ContainerSpec spec = new ContainerSpec(IMAGE, List.of(), List.of(), "", new TreeMap<>(), true);
        return new Assignment("e", 1, Goal.RUN, "tenant", spec, List.of(), 100, 512, 20, 1_000, elastic);
    }
}
