package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a host with real GPUs no end is told before they were tested. */
final class AgentEngineClearTest {
    private static final PodKey A = EngineDriver.key("a", 1);
    private static final PodKey B = EngineDriver.key("b", 1);

    /** A host with real GPUs and this pod running on it. */
    private static EngineDriver running(String... units) {
        EngineDriver driver = new EngineDriver();
        driver.testsUnits = true;
        driver.restart();
        driver.list();
        driver.open(1);
        driver.full(1, assign("a", 1, Goal.RUN, units));
        driver.launch(A, units);
        return driver;
    }

    private static EngineDriver stopped(String... units) {
        EngineDriver driver = running(units);
        driver.delta(1, 2, assign("a", 1, Goal.STOP, units));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED, units)));
        return driver;
    }

    private static List<String> tested(EngineDriver driver) {
        return driver.effects.stream()
                .filter(StartStep.class::isInstance)
                .map(StartStep.class::cast)
                .filter(step -> step.step() == PodStep.CLEAR)
                .flatMap(step -> step.units().stream())
                .toList();
    }

    @Test
    void theEndIsToldWhenTheUnitsWereTestedAndSavedBeforeThat() {
        EngineDriver driver = stopped("g0", "g1");
        assertThat(driver.steps()).containsExactly("CLEAR a/1");
        assertThat(tested(driver)).containsExactly("g0", "g1");
        ObservedPod waits = driver.pod("a", 1);
        assertThat(waits.phase()).isEqualTo(Phase.STOPPING);
        assertThat(waits.message()).isEqualTo("waits until nothing is left on its GPUs");
        driver.finish(A, PodStep.CLEAR, done(null));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.disk.pods())
                .singleElement()
                .satisfies(pod -> assertThat(pod.cleared()).isTrue());
    }

    @Test
    void aRestartInBetweenTestsOnceMoreAndOneAfterDoesNot() {
        EngineDriver driver = stopped("g0");
        driver.restart();
        driver.list(container(A, ContainerStatus.EXITED, "g0"));
        assertThat(driver.steps()).as("not without the controller's word").isEmpty();
        driver.open(1);
        driver.full(2, assign("a", 1, Goal.STOP, "g0"));
        assertThat(driver.steps()).containsExactly("CLEAR a/1");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        driver.finish(A, PodStep.CLEAR, done(null));
        driver.restart();
        driver.list(container(A, ContainerStatus.EXITED, "g0"));
        driver.open(1);
        driver.full(2, assign("a", 1, Goal.STOP, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aContainerThatVanishedIsNotGoneBeforeItsUnitsWereTested() {
        EngineDriver driver = running("g0");
        driver.event(new AgentEvent.ContainerDied(A));
        driver.finish(A, PodStep.INSPECT, done(null));
        assertThat(driver.steps()).containsExactly("CLEAR a/1");
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        driver.finish(A, PodStep.CLEAR, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
    }

    @Test
    void removalTestsFirstAndATestThatBrokeOffIsDoneAgain() {
        EngineDriver driver = stopped("g0");
        driver.delta(2, 3, assign("a", 1, Goal.REMOVE, "g0"));
        driver.finish(A, PodStep.CLEAR, new StepOutcome.Uncertain("interrupted"));
        assertThat(driver.steps()).isEmpty();
        driver.later(60_000);
        assertThat(driver.steps()).contains("CLEAR a/1");
        driver.finish(A, PodStep.CLEAR, done(null));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
    }

    @Test
    void theNextPodOfAUnitWaitsForTheTest() {
        EngineDriver driver = stopped("g0");
        driver.delta(2, 3, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("b", 1).message()).contains("a/1");
        driver.finish(A, PodStep.CLEAR, done(null));
        assertThat(driver.steps()).containsExactly("PULL b/1");
    }

    @Test
    void unitsThatAnotherPodUsesByNowAreNotTested() {
        EngineDriver driver = new EngineDriver();
        driver.testsUnits = true;
        driver.restart();
        driver.list(container(A, ContainerStatus.EXITED, "g0", "g1"), container(B, ContainerStatus.RUNNING, "g1"));
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED, "g0", "g1")));
        driver.finish(B, PodStep.INSPECT, done(container(B, ContainerStatus.RUNNING, "g1")));
        driver.open(1);
        driver.full(5, assign("a", 1, Goal.STOP, "g0", "g1"), assign("b", 1, Goal.RUN, "g1"));
        assertThat(driver.steps()).containsExactly("CLEAR a/1");
        assertThat(tested(driver)).containsExactly("g0");
    }

    @Test
    void podsWithoutGpusAndPodsThatNeverRanAreNotTested() {
        EngineDriver cpus =
                stopped(CpuUnits.of("host000000000001", 1).getFirst().id());
        assertThat(cpus.steps()).isEmpty();
        assertThat(cpus.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        EngineDriver never = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        never.finish(A, PodStep.PULL, done(null));
        never.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED, "g0")));
        never.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"));
        never.finish(A, PodStep.START, EngineDriver.refused(FailureReason.CONTAINER_CREATE_ERROR));
        assertThat(never.steps()).containsExactly("INSPECT a/1");
        never.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.CREATED, "g0")));
        assertThat(never.steps()).containsExactly("REMOVE a/1");
    }

    @Test
    void madeUpGpusCostNoStep() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.STOP, "g0"));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aChangedInventoryIsReportedAtOnceAndOnce() {
        EngineDriver driver = running("g0");
        driver.event(new AgentEvent.InventoryChanged());
        assertThat(driver.report())
                .isNotNull()
                .satisfies(report -> assertThat(report.pods()).isEmpty());
        driver.tick();
        assertThat(driver.report()).isNull();
    }
}
