package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not sure: lost replies, an engine that is away, a restart, containers that nobody named. */
class AgentEngineDoubtTest {
    private static final PodKey A = key("a", 1);

    @Test
    void aStepWithoutAKnownEndIsLookedUpByName() {
        for (PodStep step : List.of(PodStep.CREATE, PodStep.START)) {
            EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
            driver.finish(A, PodStep.PULL, done(null));
            if (step == PodStep.START) {
                driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
            }
            driver.finish(A, step, new StepOutcome.Uncertain("no reply within 60 s"));
            assertThat(driver.engine.heldUnits().get(A)).containsExactly("g0");
            driver.later(1_000);
            assertThat(driver.steps()).containsExactly("INSPECT a/1");
            driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.RUNNING)));
            assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
            assertThat(driver.pod("a", 1).message()).isEmpty();
        }
    }

    /** Killed between the engine's create and the look at what it made, an agent knows nothing of that look. */
    @Test
    void aContainerOfACreateWithoutAKnownEndIsCreatedAgainBeforeItStarts() {
        EngineDriver restarted = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        restarted.finish(A, PodStep.PULL, done(null));
        restarted.restart();
        restarted.list(container(A, ContainerStatus.CREATED, "g0"));
        restarted.open(1);
        restarted.full(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(restarted.steps()).containsExactly("PULL a/1");
        restarted.finish(A, PodStep.PULL, done(null));
        assertThat(restarted.steps()).containsExactly("CREATE a/1");

        EngineDriver unsure = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        unsure.finish(A, PodStep.PULL, done(null));
        unsure.finish(A, PodStep.CREATE, new StepOutcome.Uncertain("no reply within 60 s"));
        unsure.later(1_000);
        unsure.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.CREATED, "g0")));
        assertThat(unsure.steps()).containsExactly("CREATE a/1");

        for (EngineDriver driver : List.of(restarted, unsure)) {
            driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED, "g0")));
            assertThat(driver.steps()).containsExactly("START a/1");
        }
    }

    @Test
    void anEngineThatIsAwayIsTriedAgainEverMoreSlowlyAndIsNoFailure() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        long[] waits = {1_000, 2_000, 4_000, 8_000, 15_000, 15_000};
        for (long wait : waits) {
            driver.finish(A, PodStep.PULL, new StepOutcome.Unavailable("the engine does not answer"));
            assertThat(driver.pod("a", 1).message()).contains("the engine does not answer");
            assertThat(driver.engine.nextWakeMillis()).isLessThanOrEqualTo(driver.nowMillis + wait);
            driver.later(wait - 2);
            assertThat(driver.steps()).isEmpty();
            driver.later(1);
            assertThat(driver.steps()).containsExactly("PULL a/1");
        }
        driver.launch(A, "g0");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aStopWithoutEffectIsTriedAgainAndItsUnitsStayHeld() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"), assign("b", 1, Goal.RUN, "g0"));
        driver.finish(A, PodStep.STOP, new StepOutcome.Uncertain("still alive after SIGKILL"));
        driver.later(1_000);
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.RUNNING, "g0")));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        assertThat(driver.pod("b", 1).phase()).isEqualTo(Phase.ACCEPTED);
        assertThat(driver.pod("b", 1).message()).contains("a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED, "g0")));
        assertThat(driver.steps()).as("proven dead: the unit is free").containsExactly("REMOVE a/1", "PULL b/1");
    }

    @Test
    void nothingIsStartedStoppedOrRemovedAfterARestartBeforeTheFirstFullSet() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.delta(1, 2, assign("a", 1, Goal.REMOVE, "g0"), assign("b", 1, Goal.RUN, "g1"));
        driver.restart();
        driver.list(container(A, ContainerStatus.RUNNING, "g0"));
        assertThat(driver.steps()).containsExactly("INSPECT b/1");
        driver.finish(key("b", 1), PodStep.INSPECT, done(null));
        driver.later(3_600_000);
        assertThat(driver.steps()).isEmpty();
        driver.open(1);
        assertThat(driver.steps()).isEmpty();
        driver.full(2, assign("a", 1, Goal.REMOVE, "g0"), assign("b", 1, Goal.RUN, "g1"));
        assertThat(driver.steps()).containsExactly("STOP a/1", "PULL b/1");
    }

    @Test
    void aRestartTouchesNoRunningPod() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.restart();
        driver.list(container(A, ContainerStatus.RUNNING, "g0"));
        driver.open(1);
        assertThat(driver.report()).isNotNull().satisfies(report -> {
            assertThat(report.full()).isTrue();
            assertThat(report.sequence()).isEqualTo(1);
            assertThat(report.pods())
                    .singleElement()
                    .satisfies(pod -> assertThat(pod.phase()).isEqualTo(Phase.RUNNING));
        });
        driver.full(1, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void noReportLeavesBeforeAllContainersAreKnown() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.restart();
        List<AgentEffect> asked = driver.effects;
        driver.open(1);
        assertThat(driver.report()).isNull();
        driver.effects = asked;
        driver.list();
        assertThat(driver.report()).as("a listing may miss one").isNull();
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.RUNNING, "g0")));
        assertThat(driver.report()).isNotNull();
    }

    @Test
    void aListingThatWasAskedBeforeAStepSaysNothingAboutIt() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.later(31_000);
        List<AgentEffect> asked = driver.effects;
        driver.launch(A, "g0");
        driver.effects = asked;
        driver.list();
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aRunningContainerThatVanishedHasEndedWithoutEvidence() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.later(31_000);
        driver.list();
        assertThat(driver.steps()).containsExactly("INSPECT a/1");
        assertThat(driver.pod("a", 1).phase())
                .as("not before the engine said so by name")
                .isEqualTo(Phase.RUNNING);
        driver.finish(A, PodStep.INSPECT, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(null, false, false));
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void anUnknownContainerIsReportedAndGoesOnlyAfterTwoFullSets() {
        EngineDriver driver = new EngineDriver();
        PodKey stranger = key("stranger", 4);
        driver.tick();
        driver.list(container(stranger, ContainerStatus.RUNNING, "g0"));
        driver.finish(stranger, PodStep.INSPECT, done(container(stranger, ContainerStatus.RUNNING, "g0")));
        driver.open(1);
        assertThat(driver.pod("stranger", 4).phase()).isEqualTo(Phase.RUNNING);
        driver.full(1, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).as("its unit is in use").isEmpty();
        driver.full(1, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).as("the same set again proves nothing").isEmpty();
        driver.later(31_000);
        assertThat(driver.sessionEnd()).contains("asks for the full set again");
        driver.open(1);
        driver.full(1, assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).containsExactly("STOP stranger/4");
        driver.finish(stranger, PodStep.STOP, done(container(stranger, ContainerStatus.EXITED, "g0")));
        assertThat(driver.steps()).contains("REMOVE stranger/4", "PULL b/1");
        driver.finish(stranger, PodStep.REMOVE, done(null));
        assertThat(driver.pod("stranger", 4).phase()).isEqualTo(Phase.GONE);
        driver.ack(100);
        assertThat(driver.engine.observed())
                .extracting(pod -> pod.key().podId())
                .containsExactly("b");
    }

    @Test
    void anUnreadableFileIsRebuiltFromLabelsAndTheController() {
        EngineDriver driver = EngineDriver.ready(7, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.disk = SavedState.empty(driver.bootId);
        driver.restart();
        driver.list(container(A, ContainerStatus.RUNNING, "g0"));
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.RUNNING, "g0")));
        driver.open(1);
        driver.full(7, assign("a", 1, Goal.RUN, "g0"), assign("b", 1, Goal.RUN, "g0"));
        assertThat(driver.steps())
                .as("neither started again nor its unit given away")
                .isEmpty();
        assertThat(driver.disk.pods()).hasSize(2);
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void anExitCodeFromBeforeABootIsNoEvidence() {
        EngineDriver driver = EngineDriver.ready(1, assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.bootId = "boot-2";
        driver.restart();
        driver.open(1);
        driver.full(2, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.disk.revision())
                .as("saved before anything was looked at")
                .isEqualTo(2);
        driver.restart();
        driver.list(new dev.berth.agent.model.FoundContainer(
                A, "id", ContainerStatus.EXITED, List.of("g0"), new Exit(255, false, false)));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(null, false, false, true, false));
        assertThat(driver.disk.bootId()).isEqualTo("boot-2");
        driver.open(1);
        driver.full(2, assign("a", 1, Goal.RUN, "g0"));
        assertThat(driver.steps()).as("a boot starts nothing again").isEmpty();
    }
}
