package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.elastic;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.PodKey;
import org.junit.jupiter.api.Test;

/** What a restart of a container holds on to, and what it may not outlive. */
class AgentEngineRestartTest {
    private static final PodKey A = key("a", 1);
    private static final PodKey B = key("b", 1);

    static Assignment restarted(Assignment pod, Goal goal) {
        return new Assignment(
                pod.podId(),
                pod.incarnation(),
                goal,
                pod.tenantId(),
                pod.container(),
                pod.unitIds(),
                pod.cpuHundredths(),
                pod.memoryMib(),
                pod.containerDiskGb(),
                pod.graceMillis(),
                pod.elastic(),
                pod.volumes(),
                pod.ports(),
                pod.preStopCommand(),
                1);
    }

    /** Its container has been stopped, and is just started again. */
    private static EngineDriver startingAgain(Assignment pod) {
        EngineDriver driver = EngineDriver.ready(1, pod);
        driver.granted(0, 60_000);
        driver.launch(A, "g0");
        driver.delta(1, 2, restarted(pod, Goal.RUN));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.steps()).containsExactly("START_AGAIN a/1");
        return driver;
    }

    @Test
    void whatIsStartedAgainHoldsItsUnits() {
        Assignment pod = assign("a", 1, Goal.RUN, "g0");
        EngineDriver driver = startingAgain(pod);
        driver.delta(2, 3, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
        driver.delta(3, 4, restarted(pod, Goal.STOP));
        assertThat(driver.engine.heldUnits().get(A))
                .as("its start is on its way")
                .containsExactly("g0");
        assertThat(driver.steps()).isEmpty();
        driver.finish(A, PodStep.START_AGAIN, new StepOutcome.Unavailable("away"));
        driver.later(1_000);
        assertThat(driver.steps()).containsExactly("INSPECT a/1");
    }

    @Test
    void aRestartHoldsItsUnitsFromItsStopToItsStart() {
        EngineDriver driver = startingAgain(assign("a", 1, Goal.RUN, "g0"));
        driver.finish(A, PodStep.START_AGAIN, new StepOutcome.Unavailable("away"));
        driver.later(1_000);
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.engine.heldUnits().get(A)).containsExactly("g0");
        driver.delta(2, 3, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).doesNotContain("PULL b/1");
        assertThat(driver.pod("b", 1).message()).contains("a/1");
    }

    @Test
    void aRestartWithinWhichTheLeaseEndsIsOverdue() {
        EngineDriver driver = startingAgain(elastic("a", 1, Goal.RUN, "g0"));
        assertThat(driver.engine.mayDial()).isTrue();
        assertThat(driver.engine.overdueStops(driver.lease.deadlineMillis()))
                .singleElement()
                .satisfies(stop -> {
                    assertThat(stop.step()).isEqualTo(PodStep.STOP);
                    assertThat(stop.key()).isEqualTo(A);
                });
        driver.later(60_000);
        assertThat(driver.engine.mayDial()).as("perhaps it runs by now").isFalse();
        driver.finish(A, PodStep.START_AGAIN, new StepOutcome.LeaseEnded("killed"));
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.engine.mayDial()).isTrue();
    }

    @Test
    void nothingIsKeptForAPlacementThatIsOver() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"), assign("b", 1, Goal.RUN, "g1"));
        driver.finish(A, PodStep.PULL, done(null));
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"));
        driver.finish(A, PodStep.CREATE, new StepOutcome.Unavailable("away"));
        driver.later(1_000);
        driver.finish(A, PodStep.INSPECT, done(null));
        assertThat(driver.effects).doesNotContain(new AgentEffect.Forget(A));
        driver.withdraw(2, 3, "a");
        assertThat(driver.effects).contains(new AgentEffect.Forget(A)).doesNotContain(new AgentEffect.Forget(B));
        driver.tick();
        assertThat(driver.effects).doesNotContain(new AgentEffect.Forget(A));
    }
}
