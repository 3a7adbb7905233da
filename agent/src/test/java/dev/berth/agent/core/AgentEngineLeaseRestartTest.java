package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
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
import dev.berth.agent.model.SavedState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lease of a host across the lives of its agent and the boots of its machine. */
class AgentEngineLeaseRestartTest {
    private static final PodKey E = key("e", 1);
    private static final PodKey P = key("p", 1);
    private static final long L = 60_000;

    private static EngineDriver running() {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"), assign("p", 1, Goal.RUN, "g1"));
        driver.granted(0, L);
        driver.launch(E, "g0");
        driver.launch(P, "g1");
        return driver;
    }

    private static FoundContainer box(PodKey key, ContainerStatus status, int code) {
        Exit exit = status == ContainerStatus.EXITED ? new Exit(code, false, false) : null;
        return new FoundContainer(key, "id-" + key, status, List.of("g" + key), key.equals(E), exit);
    }

    private static FoundContainer alive(PodKey key) {
        return box(key, ContainerStatus.RUNNING, 0);
    }

    @Test
    void aRestartWithinTheLeaseTouchesNothingAndMovesNoDeadline() {
        EngineDriver driver = running();
        long deadline = driver.lease.deadlineMillis();
        driver.later(30_000);
        driver.restart();
        assertThat(driver.engine.mayDial()).as("nothing is known yet").isFalse();
        driver.list(alive(E), alive(P));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.engine.mayDial()).isTrue();
        assertThat(driver.lease.deadlineMillis()).isEqualTo(deadline);
        driver.later(deadline - driver.bootMillis - 2);
        assertThat(driver.steps()).isEmpty();
        driver.tick();
        assertThat(driver.steps()).as("no session, no set, no word of anybody").containsExactly("STOP e/1");
    }

    @Test
    void manyRestartsDoNotAddUpToALongerLease() {
        EngineDriver driver = running();
        long deadline = driver.lease.deadlineMillis();
        while (driver.bootMillis < deadline - 10_000) {
            driver.later(10_000);
            driver.restart();
            driver.list(alive(E), alive(P));
            assertThat(driver.steps()).isEmpty();
        }
        driver.later(10_000);
        assertThat(driver.steps()).containsExactly("STOP e/1");
    }

    @Test
    void aRestartAfterTheEndStopsElasticPodsBeforeItDials() {
        EngineDriver driver = running();
        driver.sleep(L + 5_000);
        driver.restart();
        driver.list(alive(E), alive(P));
        assertThat(driver.steps()).containsExactly("STOP e/1");
        assertThat(driver.stopGraceMillis("e")).isEqualTo(10_000);
        assertThat(driver.engine.mayDial()).isFalse();
        driver.finish(E, PodStep.STOP, done(box(E, ContainerStatus.EXITED, 143)));
        assertThat(driver.engine.mayDial()).isTrue();
        driver.open(1);
        assertThat(driver.report()).isNotNull();
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(null, false, false));
        assertThat(driver.pod("p", 1).phase()).isEqualTo(Phase.RUNNING);
        driver.granted(0, L);
        driver.full(1, elastic("e", 1, Goal.RUN, "g0"), assign("p", 1, Goal.RUN, "g1"));
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void whatHadNotStartedWhenTheLeaseEndedIsNotStartedAfterARestartEither() {
        EngineDriver driver = running();
        driver.delta(1, 2, elastic("waiting", 1, Goal.RUN, "g2"));
        driver.sleep(2 * L);
        driver.restart();
        driver.list(box(E, ContainerStatus.EXITED, 0), alive(P));
        driver.finish(key("waiting", 1), PodStep.INSPECT, done(null));
        driver.open(1);
        driver.granted(0, L);
        driver.full(2, elastic("waiting", 1, Goal.RUN, "g2"), assign("p", 1, Goal.RUN, "g1"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("waiting", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aLeaseOfAnotherBootIsNone() {
        EngineDriver driver = running();
        driver.lease = new Lease("boot-0", 1, Long.MAX_VALUE, 1);
        driver.restart();
        driver.list(alive(E), alive(P));
        assertThat(driver.steps()).containsExactly("STOP e/1");
        assertThat(driver.stopGraceMillis("e")).isZero();
    }

    @Test
    void aNewBootNeedsALeaseOfItsOwnWhateverItsClockSays() {
        EngineDriver driver = running();
        driver.bootId = "boot-2";
        driver.bootMillis = 2_000;
        driver.restart();
        driver.list(box(E, ContainerStatus.EXITED, 255), box(P, ContainerStatus.EXITED, 255));
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(null, false, false, true, false));
        driver.open(1);
        driver.full(2, elastic("n", 1, Goal.RUN, "g0"));
        driver.finish(key("n", 1), PodStep.PULL, done(null));
        driver.finish(key("n", 1), PodStep.CREATE, done(box(key("n", 1), ContainerStatus.CREATED, 0)));
        assertThat(driver.steps()).isEmpty();
        driver.granted(0, L);
        assertThat(driver.steps()).containsExactly("START n/1");
        assertThat(driver.lease.bootId()).isEqualTo("boot-2");
    }

    @Test
    void whatTheFenceKilledIsNoEndOfTheProcessAlsoForTheNextAgent() {
        EngineDriver driver = running();
        driver.later(L);
        assertThat(driver.steps()).containsExactly("STOP e/1");
        driver.restart();
        driver.list(box(E, ContainerStatus.EXITED, 143), alive(P));
        assertThat(driver.pod("e", 1).exit()).isEqualTo(new Exit(null, false, false));
        assertThat(driver.pod("e", 1).message()).isEqualTo("stopped by the host: its lease ended");
    }

    @Test
    void aMarkOutlivesANewLease() {
        EngineDriver driver = running();
        driver.later(L);
        driver.lease = new Lease(driver.bootId, 1, driver.bootMillis + 10 * L, 1);
        driver.restart();
        driver.list(alive(E), alive(P));
        assertThat(driver.steps()).containsExactly("STOP e/1");
    }

    @Test
    void withItsFileLostAnElasticContainerIsKnownByItsLabel() {
        EngineDriver driver = running();
        driver.disk = SavedState.empty(driver.bootId);
        driver.sleep(2 * L);
        driver.restart();
        driver.list(alive(E), alive(P));
        driver.finish(P, PodStep.INSPECT, done(alive(P)));
        assertThat(driver.steps()).isEmpty();
        driver.finish(E, PodStep.INSPECT, done(alive(E)));
        assertThat(driver.steps()).containsExactly("STOP e/1");
    }
}
