package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.elastic;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lease of a host in one life of its agent: when it counts, when it ends, what ends with it. */
class AgentEngineLeaseTest {
    private static final PodKey E = key("e", 1);
    private static final PodKey P = key("p", 1);
    private static final long L = 60_000;

    private static EngineDriver running() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"), assign("p", 1, Goal.RUN, "g1"));
        driver.granted(0, L);
        driver.launch(E, "g0");
        driver.launch(P, "g1");
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.RUNNING);
        return driver;
    }

    private static FoundContainer ended(PodKey key, int code) {
        return new FoundContainer(
                key, "id-" + key, ContainerStatus.EXITED, List.of("g0"), true, new Exit(code, false, false));
    }

    @Test
    void anElasticPodIsMadeReadyWithoutALeaseAndStartsOnlyWithOne() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"));
        driver.finish(E, PodStep.PULL, done(null));
        driver.finish(E, PodStep.CREATE, done(container(E, ContainerStatus.CREATED)));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("e", 1).message()).isEqualTo("waits for a lease from the controller");
        driver.granted(0, 0);
        assertThat(driver.steps()).as("an acknowledgement without a lease").isEmpty();
        driver.granted(0, L);
        assertThat(driver.steps()).containsExactly("START e/1");
    }

    @Test
    void aLeaseThatCouldNotBeSavedDoesNotCount() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"));
        driver.finish(E, PodStep.PULL, done(null));
        driver.finish(E, PodStep.CREATE, done(container(E, ContainerStatus.CREATED)));
        driver.savesLeases = false;
        driver.granted(0, L);
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void itIsCountedFromTheSendingAndStopsElasticPodsAlone() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"), assign("p", 1, Goal.RUN, "g1"));
        driver.granted(10_000, L);
        long deadline = driver.bootMillis - 10_000 + L;
        driver.launch(E, "g0");
        driver.launch(P, "g1");
        assertThat(driver.lease.deadlineMillis()).isLessThan(deadline).isGreaterThan(deadline - 10);
        driver.later(driver.lease.deadlineMillis() - driver.bootMillis - 2);
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.engine.nextWakeMillis()).isEqualTo(driver.nowMillis + 1);
        driver.tick();
        assertThat(driver.steps()).containsExactly("STOP e/1");
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.STOPPING);
        assertThat(driver.sessionEnd()).contains("asks for the full set again");
        driver.finish(E, PodStep.STOP, done(ended(E, 143)));
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(null, false, false));
        assertThat(driver.pod("e", 1).message()).isEqualTo("stopped by the host: its lease ended");
        assertThat(driver.pod("p", 1).phase()).isEqualTo(Phase.RUNNING);
        driver.later(3_600_000);
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void theDeadlineOnlyMovesForward() {
        EngineDriver driver = running();
        long deadline = driver.lease.deadlineMillis();
        driver.granted(30_000, L);
        driver.granted(0, 10);
        driver.event(new AgentEvent.LeaseSaved(new Lease(driver.bootId, 1, deadline - 5_000, 1)));
        assertThat(driver.lease.deadlineMillis()).isEqualTo(deadline);
        driver.later(deadline - driver.bootMillis - 5);
        assertThat(driver.steps()).isEmpty();
        driver.granted(0, L);
        assertThat(driver.lease.deadlineMillis()).isGreaterThan(deadline + 50_000);
        driver.later(5_000);
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void anOlderSessionAndAnOlderControllerGiveNone() {
        EngineDriver driver = EngineDriver.ready(1);
        driver.event(new AgentEvent.LeaseGranted(driver.epoch - 1, 1, driver.bootMillis, L));
        driver.event(new AgentEvent.LeaseGranted(driver.epoch, 0, driver.bootMillis, L));
        assertThat(driver.lease.deadlineMillis()).isZero();
        driver.event(new AgentEvent.LeaseGranted(driver.epoch, 1, driver.bootMillis + 1_000_000, L));
        assertThat(driver.lease.deadlineMillis())
                .as("never from a time that is still to come")
                .isLessThanOrEqualTo(driver.bootMillis + L);
    }

    /** SIGSTOP of the agent, or a machine that slept: timers come late, the clock does not. */
    @Test
    void aLateLookLeavesLessGraceAndAtLastNone() {
        long[][] sleepsAndGraces = {{L - 5_000, -1}, {L, 10_000}, {L + 15_000, 5_000}, {L + 25_000, 0}, {9 * L, 0}};
        for (long[] expected : sleepsAndGraces) {
            EngineDriver driver = running();
            long deadline = driver.lease.deadlineMillis();
            driver.bootMillis = deadline - L;
            driver.sleep(expected[0]);
            driver.tick();
            assertThat(driver.stopGraceMillis("e"))
                    .as("after %d ms", expected[0])
                    .isBetween(expected[1] - 10, expected[1]);
        }
    }

    @Test
    void whatWasSaidBeforeTheEndIsNotActedOnAfterIt() {
        EngineDriver driver = running();
        driver.sleep(130_000);
        driver.delta(1, 2, elastic("late", 1, Goal.RUN, "g2"));
        assertThat(driver.sessionEnd()).isNotNull();
        assertThat(driver.steps()).containsExactly("STOP e/1");
        driver.granted(0, L);
        assertThat(driver.lease.deadlineMillis())
                .as("of the session that is over")
                .isLessThan(driver.bootMillis);
    }

    @Test
    void whatWasFencedNeverStartsAgainAndItsNextIncarnationDoes() {
        EngineDriver driver = running();
        driver.delta(1, 2, elastic("waiting", 1, Goal.RUN, "g2"));
        driver.later(L);
        assertThat(driver.steps()).containsExactly("STOP e/1");
        driver.finish(key("waiting", 1), PodStep.PULL, done(null));
        driver.finish(E, PodStep.STOP, done(ended(E, 0)));
        driver.open(1);
        driver.granted(0, L);
        driver.full(
                3,
                elastic("e", 1, Goal.RUN, "g0"),
                elastic("waiting", 1, Goal.RUN, "g2"),
                assign("p", 1, Goal.RUN, "g1"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("waiting", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("waiting", 1).exit()).isEqualTo(new Exit(null, false, false));
        driver.delta(3, 4, elastic("waiting", 2, Goal.RUN, "g2"));
        assertThat(driver.steps()).containsExactly("PULL waiting/2");
    }

    @Test
    void aPodThatEndedByItselfKeepsItsCode() {
        EngineDriver driver = running();
        driver.event(new AgentEvent.ContainerDied(E));
        driver.later(L);
        driver.finish(E, PodStep.INSPECT, done(ended(E, 0)));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(0, false, false));
    }

    @Test
    void aStopByRequestStaysOneAndIsShortened() {
        EngineDriver driver = running();
        driver.delta(1, 2, elastic("e", 1, Goal.STOP, "g0"));
        assertThat(driver.stopGraceMillis("e")).isEqualTo(10_000);
        EngineDriver longer = running();
        longer.delta(1, 2, elastic("e", 1, Goal.STOP, "g0").withGraceMillis(300_000));
        assertThat(longer.stopGraceMillis("e")).isEqualTo(20_000);
        longer.later(L);
        longer.finish(E, PodStep.STOP, done(ended(E, 143)));
        assertThat(longer.pod("e", 1).exit()).isEqualTo(new Exit(143, false, true));
    }

    @Test
    void aStopThatDoesNotHelpIsTriedAgainEverySecond() {
        EngineDriver driver = running();
        driver.later(L);
        for (int i = 0; i < 8; i++) {
            driver.finish(E, PodStep.STOP, new StepOutcome.Uncertain("no answer"));
            driver.later(1_000);
            assertThat(driver.steps()).containsExactly("INSPECT e/1");
            driver.finish(E, PodStep.INSPECT, done(container(E, ContainerStatus.RUNNING, "g0")));
            assertThat(driver.steps()).containsExactly("STOP e/1");
        }
    }

    @Test
    void aStartThatTheLeaseOutranIsNoEndOfTheProcessAndNeverTriedAgain() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"));
        driver.granted(0, L);
        driver.finish(E, PodStep.PULL, done(null));
        driver.finish(E, PodStep.CREATE, done(container(E, ContainerStatus.CREATED)));
        driver.granted(0, L);
        driver.finish(E, PodStep.START, new StepOutcome.LeaseEnded("killed"));
        assertThat(driver.steps()).containsExactly("INSPECT e/1");
        driver.finish(E, PodStep.INSPECT, done(ended(E, 137)));
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(null, false, false));
        driver.later(1_000);
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void theTimeScaleShrinksTheKillBudget() {
        EngineDriver driver = new EngineDriver();
        driver.tick();
        driver.list();
        driver.event(new AgentEvent.SessionOpened(EngineDriver.CLUSTER, 1, ++driver.epoch, 0.01));
        driver.full(1, elastic("e", 1, Goal.RUN, "g0"));
        driver.granted(0, 600);
        driver.launch(E, "g0");
        assertThat(driver.lease.timeScale()).isEqualTo(0.01);
        driver.later(600);
        assertThat(driver.stopGraceMillis("e")).isBetween(190L, 200L);
        driver.finish(E, PodStep.STOP, new StepOutcome.Uncertain("no answer"));
        driver.later(10);
        assertThat(driver.steps()).containsExactly("INSPECT e/1");
    }

    @Test
    void aLoopThatCannotSaveIsToldWhatToStopAllTheSame() {
        EngineDriver driver = running();
        assertThat(driver.engine.overdueStops(driver.bootMillis)).isEmpty();
        assertThat(driver.engine.overdueStops(driver.lease.deadlineMillis()))
                .singleElement()
                .satisfies(stop -> assertThat(stop.key()).isEqualTo(E));
        driver.later(L);
        driver.finish(E, PodStep.STOP, done(ended(E, 143)));
        assertThat(driver.engine.overdueStops(driver.bootMillis)).isEmpty();
    }
}
