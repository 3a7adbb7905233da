package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions, terms, revisions, incarnations, units: whom the agent obeys and in what order. */
class AgentEngineSetTest {
    private static final PodKey A = key("a", 1);

    @Test
    void staleAndEqualRevisionsAreIgnored() {
        EngineDriver driver = EngineDriver.ready(5, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.full(4);
        driver.full(3, assign("z", 1, Goal.RUN, "g1"));
        driver.delta(4, 5, assign("a", 1, Goal.REMOVE, "g0"));
        driver.delta(2, 3, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.sessionEnd()).isNull();
        assertThat(driver.engine.appliedRevision()).isEqualTo(5);
        assertThat(driver.engine.observed()).hasSize(1);
    }

    @Test
    void aDeltaOnAnotherBaseEndsTheSession() {
        EngineDriver driver = EngineDriver.ready(5, assign("a", 1, Goal.RUN, "g0"));
        driver.delta(6, 7, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.sessionEnd()).contains("revision 6").contains("revision 5");
        assertThat(driver.engine.appliedRevision()).isEqualTo(5);
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ACCEPTED);
    }

    @Test
    void aDeltaBeforeTheFullSetEndsTheSession() {
        EngineDriver driver = EngineDriver.ready(5, assign("a", 1, Goal.RUN, "g0"));
        driver.open(1);
        driver.delta(5, 6, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.sessionEnd()).contains("before the full set");
    }

    @Test
    void aControllerOfALowerTermIsRefused() {
        EngineDriver driver = EngineDriver.ready(1);
        driver.open(9);
        assertThat(driver.membership).isEqualTo(new Membership("host000000000001", EngineDriver.CLUSTER, 9));
        driver.restart();
        driver.list();
        driver.open(8);
        assertThat(driver.sessionEnd()).contains("term 8");
        driver.full(2, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.engine.observed()).isEmpty();
        driver.open(9);
        assertThat(driver.sessionEnd()).isNull();
    }

    @Test
    void aControllerOfAnotherClusterIsRefused() {
        EngineDriver driver = EngineDriver.ready(1);
        driver.event(new AgentEvent.SessionOpened("cluster2", 99, 77));
        assertThat(driver.sessionEnd()).contains("cluster1").contains("cluster2");
        assertThat(driver.membership.clusterId()).isEqualTo("cluster1");
    }

    @Test
    void messagesOfAnOlderSessionAreDropped() {
        EngineDriver driver = EngineDriver.ready(1);
        driver.open(1);
        driver.event(new AgentEvent.DesiredReceived(1, 9, true, 0, List.of(assign("a", 1, Goal.RUN, "g0")), List.of()));
        assertThat(driver.engine.observed()).isEmpty();
        driver.event(new AgentEvent.SessionClosed(1));
        assertThat(driver.engine.sessionEpoch()).isEqualTo(2);
    }

    @Test
    void aHigherIncarnationStartsOnlyWhenNothingOfTheLowerIsLeft() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 2, Goal.RUN, "g1"));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, new StepOutcome.Unavailable("away"));
        assertThat(driver.steps()).isEmpty();
        driver.later(1_000);
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED, "g0")));
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.steps()).containsExactly("PULL a/2");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
        long told = driver.report() == null ? 0 : driver.report().sequence();
        driver.ack(told - 1);
        assertThat(driver.engine.observed()).hasSize(2);
        driver.ack(told);
        assertThat(driver.engine.observed())
                .as("forgotten once the controller knows")
                .hasSize(1);
        driver.delta(2, 3, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.engine.observed())
                .as("a lower incarnation never comes back")
                .hasSize(1);
    }

    @Test
    void aUnitGoesToTheNextOnlyWhenTheFormerContainerIsProvenDead() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0", "g1"));
        driver.launch(A, "g0", "g1");
        driver.full(
                2,
                assign("a", 1, Goal.STOP, "g0", "g1"),
                assign("b", 1, Goal.RUN, "g1"),
                assign("c", 1, Goal.RUN, "g2"));
        assertThat(driver.steps()).containsExactly("STOP a/1", "PULL c/1");
        driver.finish(A, PodStep.STOP, new StepOutcome.Unavailable("away"));
        assertThat(driver.steps()).isEmpty();
        driver.later(1_000);
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED, "g0", "g1")));
        assertThat(driver.steps()).containsExactly("PULL b/1");
    }

    @Test
    void aSavedAssignmentKeepsItsUnitAcrossARestartUntilItsContainerIsKnown() {
        EngineDriver driver = EngineDriver.ready(1, assign("b", 1, Goal.RUN, "g0"));
        driver.launch(key("b", 1), "g0");
        driver.restart();
        driver.list();
        driver.open(1);
        driver.full(2, assign("b", 1, Goal.REMOVE, "g0"), assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.engine.heldUnits().get(key("b", 1))).containsExactly("g0");
        driver.finish(key("b", 1), PodStep.INSPECT, done(null));
        assertThat(driver.steps()).containsExactly("PULL a/1");
    }

    @Test
    void anAssignmentMissingFromOneFullSetIsLeftAlone() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.full(2);
        assertThat(driver.steps()).isEmpty();
        driver.full(3, assign("a", 1, Goal.RUN, "g0"));
        driver.full(4);
        assertThat(driver.steps()).as("named in between: counted anew").isEmpty();
        driver.full(5);
        assertThat(driver.steps()).containsExactly("STOP a/1");
    }

    @Test
    void aWithdrawalOfAPodThatIsNotGoneTouchesNothing() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.withdraw(1, 2, "a");
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void reportsRiseByOneAndHoldOnlyWhatChanged() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"), assign("b", 1, Goal.RUN, "g1"));
        assertThat(driver.report()).isNotNull().satisfies(report -> {
            assertThat(report.sequence()).isEqualTo(2);
            assertThat(report.full()).isFalse();
            assertThat(report.pods()).hasSize(2);
        });
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.report()).isNotNull().satisfies(report -> {
            assertThat(report.sequence()).isEqualTo(3);
            assertThat(report.pods()).extracting(pod -> pod.key()).containsExactly(A);
        });
        driver.tick();
        assertThat(driver.report()).isNull();
        driver.open(1);
        assertThat(driver.report()).isNotNull().satisfies(report -> {
            assertThat(report.sequence()).isEqualTo(1);
            assertThat(report.full()).isTrue();
            assertThat(report.pods()).hasSize(2);
        });
    }
}
