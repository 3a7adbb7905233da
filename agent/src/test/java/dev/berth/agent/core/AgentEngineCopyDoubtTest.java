package dev.berth.agent.core;

import static dev.berth.agent.core.AgentEngineVolumesTest.A;
import static dev.berth.agent.core.AgentEngineVolumesTest.V1;
import static dev.berth.agent.core.AgentEngineVolumesTest.V2;
import static dev.berth.agent.core.AgentEngineVolumesTest.copySteps;
import static dev.berth.agent.core.AgentEngineVolumesTest.fetch;
import static dev.berth.agent.core.AgentEngineVolumesTest.full;
import static dev.berth.agent.core.AgentEngineVolumesTest.host;
import static dev.berth.agent.core.AgentEngineVolumesTest.listed;
import static dev.berth.agent.core.AgentEngineVolumesTest.lying;
import static dev.berth.agent.core.AgentEngineVolumesTest.order;
import static dev.berth.agent.core.AgentEngineVolumesTest.told;
import static dev.berth.agent.core.AgentEngineVolumesTest.withVolume;
import static dev.berth.agent.core.EngineDriver.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told and done while a step that makes a copy is under way or has failed: found by the simulation. */
class AgentEngineCopyDoubtTest {
    private static final VolumeOrder RESTORED =
            new VolumeOrder(V2, CopyGoal.KEEP, VolumeKind.SYSTEM, "tenant", "a", 10, false, "", null, List.of(), 1);

    private static @Nullable CopyCondition condition(EngineDriver driver, VolumeKey key) {
        ObservedCopy copy = told(driver, key);
        return copy == null ? null : copy.condition();
    }

    private static void ends(EngineDriver driver, VolumeKey key, CopyStep step, CopyOutcome outcome) {
        driver.event(new AgentEvent.CopyStepFinished(key, step, outcome));
    }

    @Test
    void aPodHasNotEndedWhileItsVolumesAreBeingMounted() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.STOP, 0, V1));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Uncertain("given up"));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void aCopyIsNotAbsentWhileAMountMayBeMakingIt() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        full(driver, 2, List.of(order(V1, CopyGoal.TRASH, false)), withVolume(1, Goal.REMOVE, 0, V1));
        assertThat(condition(driver, V1)).isNull();
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of()));
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TRASH);
    }

    /** The controller laid them aside meanwhile, so they are not the pod's any more. */
    @Test
    void aCopyIsNotAbsentWhileAMountMayBeMakingItForAPodThatHasLostIt() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        Assignment without = withVolume(1, Goal.REMOVE, 0, V1).withVolumes(List.of());
        full(driver, 2, List.of(order(V1, CopyGoal.PURGE, false)), without);
        assertThat(condition(driver, V1)).isNull();
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of()));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        assertThat(condition(driver, V1)).isNotEqualTo(CopyCondition.ABSENT);
    }

    @Test
    void aCopyIsNotAbsentAfterAMountThatFailedInTheMiddle() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        full(driver, 2, List.of(order(V1, CopyGoal.TRASH, false)), withVolume(1, Goal.REMOVE, 0, V1));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Uncertain("cut off"));
        assertThat(condition(driver, V1)).isNull();
        listed(driver, List.of(), List.of(A), List.of(lying(V1, Place.PRESENT)));
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TRASH);
    }

    @Test
    void aFetchThatWasGivenUpIsNotAbsentBeforeTheDiskHasBeenListed() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        full(driver, 2, List.of(order(V2, CopyGoal.PURGE, false)));
        assertThat(condition(driver, V2)).as("the fetch is under way").isNotEqualTo(CopyCondition.ABSENT);
        ends(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("cancelled"));
        assertThat(condition(driver, V2)).as("a part of it may lie there").isNull();
        listed(driver, List.of(), List.of(), List.of(lying(V2, Place.PARTIAL)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.PURGE);
        ends(driver, V2, CopyStep.PURGE, new CopyOutcome.Done(null));
        assertThat(condition(driver, V2)).isEqualTo(CopyCondition.ABSENT);
    }

    @Test
    void aFetchThatFailedAndYetIsThereGoesByTheTrash() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        full(driver, 2, List.of(order(V2, CopyGoal.PURGE, false)));
        ends(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("nobody knows"));
        assertThat(copySteps(driver)).isEmpty();
        listed(driver, List.of(), List.of(), List.of(lying(V2, Place.PRESENT)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TRASH);
    }

    @Test
    void aCopyIsTakenBackOnlyAfterItHasGoneToTheTrash() {
        EngineDriver driver =
                host(List.of(lying(V1, Place.PRESENT)), List.of(order(V1, CopyGoal.TRASH, false), RESTORED));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TRASH);
        ends(driver, V1, CopyStep.TRASH, new CopyOutcome.Done(lying(V1, Place.TRASHED)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TAKE_BACK);
    }

    @Test
    void aStepThatIsDueNoMoreWakesNobody() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        ends(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("nobody knows"));
        listed(driver, List.of(), List.of(), List.of(lying(V2, Place.PRESENT)));
        driver.later(2_000);
        assertThat(driver.wakesAfterMillis()).isPositive();
    }
}
