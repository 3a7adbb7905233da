package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitShare;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    private PodRunner runner() {
        GpuInventory gpus =
                new SimulatedGpuProbe("host000000000001", "RTX 4090", 2, 0, SimulatedTopology.NVLINK_PAIRS).probe();
        Injection injection = Injection.choose(gpus, new EngineGpuSupport(false, Set.of(), false), Path.of("/devices"));
        PodPlans plans = new PodPlans(
                injection,
                new HostShare(new UnitShare(100, 512, 100, 512), UnitShare.NONE, new TreeSet<>(), new TreeMap<>()));
        return new PodRunner(
                runtime,
                plans,
                new HostImages(runtime, names -> {}),
                events::add,
                () -> asked >= answers.size() || answers.get(asked++),
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

    private StepOutcome launch(boolean elastic) {
        ContainerSpec spec = new ContainerSpec(IMAGE, List.of(), List.of(), "", new TreeMap<>(), true);
        Assignment pod = new Assignment("e", 1, Goal.RUN, "tenant", spec, List.of(), 100, 512, 20, 1_000, elastic);
        for (PodStep step : List.of(PodStep.PULL, PodStep.CREATE, PodStep.START)) {
            runner.start(new StartStep(pod.key(), step, "", pod));
        }
        AgentEvent last = events.getLast();
        assertThat(last).isInstanceOf(AgentEvent.StepFinished.class);
        return ((AgentEvent.StepFinished) last).outcome();
    }
}
