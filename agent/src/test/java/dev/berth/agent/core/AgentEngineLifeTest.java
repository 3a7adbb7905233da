package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.key;
import static dev.berth.agent.core.EngineDriver.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.StepLine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of one placement, step by step. */
class AgentEngineLifeTest {
    private static final PodKey A = key("a", 1);

    @Test
    void takesAPodFromItsAssignmentToRunningOneStepAtATime() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).containsExactly("PULL a/1");
        assertThat(driver.disk.pods())
                .singleElement()
                .satisfies(pod -> assertThat(pod.ran()).isFalse());
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).containsExactly("CREATE a/1");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STARTING);
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        assertThat(driver.steps()).containsExactly("START a/1");
        driver.finish(A, PodStep.START, done(container(A, ContainerStatus.RUNNING)));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
        assertThat(driver.disk.pods())
                .singleElement()
                .satisfies(pod -> assertThat(pod.ran()).isTrue());
        assertThat(driver.report()).isNotNull();
    }

    @Test
    void showsPullingWithItsProgressAtMostEveryTenPercent() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ACCEPTED);
        for (int percent = 0; percent <= 100; percent++) {
            driver.event(new AgentEvent.PullProgress(A, percent));
        }
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.PULLING);
        assertThat(driver.pod("a", 1).steps())
                .hasSize(11)
                .extracting(StepLine::text)
                .contains("pulling the image: 40 %");
        assertThat(driver.pod("a", 1).steps())
                .extracting(StepLine::timeMillis)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void neverStartsAgainWhatEndedByItself() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.event(new AgentEvent.ContainerDied(A));
        assertThat(driver.steps()).containsExactly("INSPECT a/1");
        FoundContainer ended =
                new FoundContainer(A, "id", ContainerStatus.EXITED, List.of("g0"), new Exit(3, true, false));
        driver.finish(A, PodStep.INSPECT, done(ended));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(3, true, false));
        driver.later(60_000);
        driver.list(ended);
        assertThat(driver.steps()).isEmpty();
        driver.restart();
        driver.list();
        assertThat(driver.steps()).as("even when its container has vanished").containsExactly("INSPECT a/1");
        driver.finish(A, PodStep.INSPECT, done(null));
        driver.open(1);
        driver.full(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(3, true, false));
    }

    @Test
    void aDeathDuringTheStartIsNotMissed() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        driver.event(new AgentEvent.ContainerDied(A));
        driver.finish(A, PodStep.START, done(container(A, ContainerStatus.RUNNING)));
        assertThat(driver.steps()).containsExactly("INSPECT a/1");
    }

    @Test
    void stopLeavesTheDeadContainerAndItsEndIsByRequest() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.STOP, "g0"));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        assertThat(driver.disk.pods().getFirst().stopIssued()).isTrue();
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(0, false, true));
    }

    @Test
    void stopBeforeTheStartEndsWithNothingLeft() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.finish(A, PodStep.PULL, done(null));
        driver.delta(1, 2, assign("a", 1, Goal.STOP, "g0"));
        assertThat(driver.steps()).as("the create is still under way").isEmpty();
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(null, false, true));
    }

    @Test
    void removeStopsRemovesAndEndsInGoneUntilWithdrawn() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
        driver.withdraw(2, 3, "a");
        assertThat(driver.engine.observed()).isEmpty();
        assertThat(driver.disk.pods()).isEmpty();
        assertThat(driver.disk.revision()).isEqualTo(3);
    }

    @Test
    void aGoalWithinOneIncarnationOnlyGoesOn() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.STOP, "g0"));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        driver.delta(2, 3, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aPullIsGivenUpWhenThePodIsNotWantedAnyMore() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"));
        assertThat(driver.effects).contains(new AgentEffect.CancelStep(A));
        driver.finish(A, PodStep.PULL, new StepOutcome.Uncertain("interrupted"));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
        assertThat(driver.pod("a", 1).message()).isEmpty();
        driver.delta(2, 3, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps())
                .as("what was removed runs again only as a new incarnation")
                .isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
    }

    @Test
    void everyReasonForWhichAStartFailsIsReportedAndLeavesNothing() {
        for (FailureReason reason : FailureReason.values()) {
            EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
            driver.finish(A, PodStep.PULL, refused(reason));
            assertThat(driver.steps()).isEmpty();
            assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.START_FAILED);
            assertThat(driver.pod("a", 1).failure())
                    .isNotNull()
                    .satisfies(failure -> assertThat(failure.reason()).isEqualTo(reason));
            driver.later(60_000);
            assertThat(driver.steps()).as("it is not tried again").isEmpty();
        }
    }

    @Test
    void aContainerThatCouldNotBeStartedIsRemovedBeforeTheFailureIsReported() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        driver.finish(A, PodStep.START, refused(FailureReason.CONTAINER_CREATE_ERROR));
        assertThat(driver.steps()).containsExactly("INSPECT a/1");
        assertThat(driver.pod("a", 1).phase()).isNotEqualTo(Phase.START_FAILED);
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.CREATED)));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.START_FAILED);
        driver.restart();
        driver.list();
        driver.finish(A, PodStep.INSPECT, done(null));
        driver.open(1);
        driver.full(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).as("a restarted agent does not try it again").isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.START_FAILED);
    }

    @Test
    void theSystemLogNeverExceedsItsLimitAndKeepsItsBeginning() {
        StepLog log = new StepLog();
        for (int line = 0; line < 200; line++) {
            log.add(5, "line " + line);
        }
        assertThat(log.lines()).hasSize(64);
        assertThat(log.lines().getFirst()).isEqualTo(new StepLine(5, "line 0"));
        assertThat(log.lines().getLast()).isEqualTo(new StepLine(68, "further steps are not listed"));
    }

    @Test
    void aPodIsNotGoneWhileAnOlderIncarnationIsLeft() {
        EngineDriver driver = EngineDriver.ready(1, assign("p", 1, Goal.RUN, "a"));
        driver.launch(key("p", 1), "a");
        driver.delta(1, 2, assign("p", 2, Goal.REMOVE, "a"));
        assertThat(driver.pod("p", 2).phase()).isEqualTo(Phase.STOPPING);
        driver.finish(key("p", 1), PodStep.STOP, done(container(key("p", 1), ContainerStatus.EXITED, "a")));
        driver.finish(key("p", 1), PodStep.REMOVE, done(null));
        assertThat(driver.pod("p", 2).phase()).isEqualTo(Phase.GONE);
    }

    @Test
    void aContainerThatALateStepMadeAfterTheEndIsRemovedAndNotStarted() {
        EngineDriver driver = EngineDriver.ready(1, assign("p", 1, Goal.RUN, "a"));
        driver.launch(key("p", 1), "a");
        driver.event(new AgentEvent.ContainerDied(key("p", 1)));
        driver.finish(key("p", 1), PodStep.INSPECT, done(null));
        assertThat(driver.pod("p", 1).phase()).isEqualTo(Phase.ENDED);
        driver.later(30_000);
        driver.list(container(key("p", 1), ContainerStatus.CREATED, "a"));
        assertThat(driver.steps()).containsExactly("REMOVE p/1");
        driver.finish(key("p", 1), PodStep.REMOVE, done(null));
        assertThat(driver.pod("p", 1).phase()).isEqualTo(Phase.ENDED);
    }
}
