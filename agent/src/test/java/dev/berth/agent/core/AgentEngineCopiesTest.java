package dev.berth.agent.core;

import static dev.berth.agent.core.AgentEngineVolumesTest.A;
import static dev.berth.agent.core.AgentEngineVolumesTest.V1;
import static dev.berth.agent.core.AgentEngineVolumesTest.V2;
import static dev.berth.agent.core.AgentEngineVolumesTest.copySteps;
import static dev.berth.agent.core.AgentEngineVolumesTest.fetch;
import static dev.berth.agent.core.AgentEngineVolumesTest.finish;
import static dev.berth.agent.core.AgentEngineVolumesTest.full;
import static dev.berth.agent.core.AgentEngineVolumesTest.host;
import static dev.berth.agent.core.AgentEngineVolumesTest.listed;
import static dev.berth.agent.core.AgentEngineVolumesTest.lying;
import static dev.berth.agent.core.AgentEngineVolumesTest.order;
import static dev.berth.agent.core.AgentEngineVolumesTest.runs;
import static dev.berth.agent.core.AgentEngineVolumesTest.told;
import static dev.berth.agent.core.AgentEngineVolumesTest.withVolume;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Copies of volumes, with their pods and without, step by step. */
class AgentEngineCopiesTest {
    @Test
    void aFetchedCopyIsNotMountedBeforeItsOrderSaysThatItCounts() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")), withVolume(1, Goal.RUN, 0, V2));
        assertThat(copySteps(driver)).containsExactly(CopyStep.FETCH);
        driver.finish(A, PodStep.PULL, done(null));
        driver.event(new AgentEvent.FetchProgress(V2, 40));
        assertThat(driver.pod("a", 1).message()).contains("40 %");
        ObservedCopy fetching = told(driver, V2);
        assertThat(fetching == null ? -1 : fetching.percent()).isEqualTo(40);
        finish(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("cut"));
        assertThat(copySteps(driver)).isEmpty();
        driver.later(1_500);
        assertThat(copySteps(driver)).containsExactly(CopyStep.FETCH);
        finish(driver, V2, CopyStep.FETCH, new CopyOutcome.Done(lying(V2, Place.PRESENT)));
        ObservedCopy fetched = told(driver, V2);
        assertThat(fetched == null ? null : fetched.condition()).isEqualTo(CopyCondition.FETCHED);
        assertThat(driver.steps()).isEmpty();
        full(driver, 2, List.of(order(V2, CopyGoal.KEEP, true)), withVolume(1, Goal.RUN, 0, V2));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
    }

    @Test
    void aFetchWhoseTicketChangesIsGivenUpAndBegunWithTheNewOne() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        full(driver, 2, List.of(fetch(V2, "t2")));
        assertThat(driver.effects).contains(new AgentEffect.CancelFetch(V2));
        finish(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("cancelled"));
        assertThat(driver.effects).contains(new StartCopyStep(V2, CopyStep.FETCH, fetch(V2, "t2")));
    }

    @Test
    void othersMayFetchACopyOnlyWhileNothingHasItMounted() {
        FetchGrant grant = new FetchGrant("t", "f");
        EngineDriver driver = host(List.of(lying(V1, Place.PRESENT)), List.of(order(V1, CopyGoal.KEEP, true, grant)));
        assertThat(driver.effects).contains(new SetGrants(V1, List.of(grant)));
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true, grant)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        int revoked = driver.effects.indexOf(new SetGrants(V1, List.of()));
        int mounted = driver.effects.stream()
                .filter(StartStep.class::isInstance)
                .map(driver.effects::indexOf)
                .findFirst()
                .orElse(-1);
        assertThat(revoked).isNotNegative().isLessThan(mounted);
        assertThat(driver.effects).doesNotContain(new SetGrants(V1, List.of(grant)));
    }

    @Test
    void copiesGoToTheTrashAndAreDeletedByTheirOwnOrderAlone() {
        EngineDriver driver = host(List.of(lying(V1, Place.PRESENT)), List.of(order(V1, CopyGoal.TRASH, true)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TRASH);
        finish(driver, V1, CopyStep.TRASH, new CopyOutcome.Done(lying(V1, Place.TRASHED)));
        ObservedCopy trashed = told(driver, V1);
        assertThat(trashed == null ? null : trashed.condition()).isEqualTo(CopyCondition.TRASHED);
        full(driver, 2, List.of(order(V1, CopyGoal.PURGE, true)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.PURGE);
        finish(driver, V1, CopyStep.PURGE, new CopyOutcome.Done(null));
        ObservedCopy gone = told(driver, V1);
        assertThat(gone == null ? null : gone.condition()).isEqualTo(CopyCondition.ABSENT);
    }

    @Test
    void aCopyInNoOrderIsReportedForEverAndNeverTouched() {
        EngineDriver driver = host(List.of(lying(V1, Place.PRESENT), lying(V2, Place.TRASHED)), List.of());
        driver.open(1);
        full(driver, 2, List.of());
        driver.open(1);
        assertThat(copySteps(driver)).isEmpty();
        ObservedCopy copy = told(driver, V1);
        assertThat(copy == null ? null : copy.condition()).isEqualTo(CopyCondition.UNKNOWN);
        assertThat(told(driver, V2)).isNotNull();
    }

    @Test
    void nothingIsDoneToACopyBeforeTheFullSetOfThisProcess() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.PURGE, true)));
        driver.restart();
        listed(driver, List.of(), List.of(), List.of(lying(V1, Place.TRASHED)));
        driver.open(1);
        assertThat(copySteps(driver)).isEmpty();
        full(driver, 1, List.of(order(V1, CopyGoal.PURGE, true)));
        assertThat(copySteps(driver)).containsExactly(CopyStep.PURGE);
    }

    @Test
    void aRestoredCopyIsTakenOutOfTheTrashBeforeItsPodMountsIt() {
        VolumeOrder restored =
                new VolumeOrder(V2, CopyGoal.KEEP, VolumeKind.SYSTEM, "tenant", "a", 10, false, "", null, List.of(), 1);
        EngineDriver driver =
                host(List.of(lying(V1, Place.TRASHED)), List.of(restored), withVolume(1, Goal.RUN, 0, V2));
        assertThat(copySteps(driver)).containsExactly(CopyStep.TAKE_BACK);
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).isEmpty();
        finish(driver, V2, CopyStep.TAKE_BACK, new CopyOutcome.Done(lying(V2, Place.PRESENT)));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
    }

    @Test
    void aLargerSizeIsGivenWhileThePodRuns() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        VolumeOrder larger =
                new VolumeOrder(V1, CopyGoal.KEEP, VolumeKind.SYSTEM, "tenant", "a", 20, true, "", null, List.of(), 0);
        full(driver, 2, List.of(larger), withVolume(1, Goal.RUN, 0, V1));
        assertThat(copySteps(driver)).containsExactly(CopyStep.GROW);
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    private static VolumeOrder purgeShared(int generation) {
        VolumeKey key = new VolumeKey("n000000000000001", generation);
        return new VolumeOrder(
                key, CopyGoal.PURGE, VolumeKind.NETWORK, "tenant", "", 10, false, "nfs", null, List.of(), 0);
    }

    private static @Nullable CopyCondition conditionTold(EngineDriver driver, VolumeKey key) {
        ObservedCopy copy = told(driver, key);
        return copy == null ? null : copy.condition();
    }

    @Test
    void aNetworkVolumeIsAbsentOnlyOnceAStepOfThisProcessHasClearedItsShare() {
        VolumeOrder order = purgeShared(1);
        EngineDriver driver = host(List.of(), List.of(order));
        assertThat(driver.effects).contains(new StartCopyStep(order.key(), CopyStep.PURGE, order));
        assertThat(conditionTold(driver, order.key())).isEqualTo(CopyCondition.PRESENT);
        finish(driver, order.key(), CopyStep.PURGE, new CopyOutcome.Failed("nfs is not mounted"));
        ObservedCopy waiting = told(driver, order.key());
        assertThat(waiting == null ? "" : waiting.message()).contains("nfs is not mounted");
        driver.later(1_500);
        assertThat(copySteps(driver)).containsExactly(CopyStep.PURGE);

        driver.restart();
        listed(driver, List.of(), List.of(), List.of());
        driver.open(1);
        assertThat(conditionTold(driver, order.key())).isEqualTo(CopyCondition.PRESENT);
        full(driver, 1, List.of(order));
        assertThat(copySteps(driver)).as("killed amid it").containsExactly(CopyStep.PURGE);
        finish(driver, order.key(), CopyStep.PURGE, new CopyOutcome.Done(null));
        assertThat(conditionTold(driver, order.key())).isEqualTo(CopyCondition.ABSENT);
        assertThat(copySteps(driver)).isEmpty();
    }

    private static Assignment naming(VolumeKey volume, Goal goal) {
        Assignment plain = withVolume(1, goal, 0, V1);
        VolumeMount mount = new VolumeMount(new VolumeKey(volume.volumeId(), 0), VolumeKind.NETWORK, "/data", "nfs");
        return new Assignment(
                "a",
                1,
                goal,
                "tenant",
                plain.container(),
                List.of("g0"),
                100,
                1_024,
                20,
                10_000,
                false,
                List.of(mount),
                List.of(),
                "",
                0);
    }

    @Test
    void aNetworkVolumeThatAPodOfThisHostNamesIsNotDeleted() {
        VolumeOrder order = purgeShared(2);
        EngineDriver driver = host(List.of(), List.of(order), naming(order.key(), Goal.STOP));
        assertThat(copySteps(driver)).isEmpty();
        ObservedCopy waiting = told(driver, order.key());
        assertThat(waiting == null ? "" : waiting.message()).contains("a pod of this host names it");
        driver.later(100_000);
        assertThat(copySteps(driver)).isEmpty();
        full(driver, 2, List.of(order), naming(order.key(), Goal.REMOVE));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
        full(driver, 3, List.of(order));
        assertThat(copySteps(driver)).as("its pod is gone").containsExactly(CopyStep.PURGE);
    }

    @Test
    void aFetchThatIsGivenUpIsAbsentOnlyWhenAListingSaysSo() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        full(driver, 2, List.of(order(V2, CopyGoal.PURGE, false)));
        assertThat(driver.effects).contains(new AgentEffect.CancelFetch(V2));
        assertThat(conditionTold(driver, V2)).isNotEqualTo(CopyCondition.ABSENT);
        finish(driver, V2, CopyStep.FETCH, new CopyOutcome.Failed("cancelled"));
        assertThat(conditionTold(driver, V2)).isNotEqualTo(CopyCondition.ABSENT);
        listed(driver, List.of(), List.of(), List.of(lying(V2, Place.PARTIAL)));
        assertThat(copySteps(driver)).as("the part that lies there").containsExactly(CopyStep.PURGE);
        finish(driver, V2, CopyStep.PURGE, new CopyOutcome.Done(null));
        assertThat(conditionTold(driver, V2)).isEqualTo(CopyCondition.ABSENT);
    }

    @Test
    void aFetchInNoOrderAnyMoreIsNotAbsentBeforeItHasEnded() {
        EngineDriver driver = host(List.of(), List.of(fetch(V2, "t1")));
        driver.event(new AgentEvent.FetchProgress(V2, 40));
        full(driver, 2, List.of());
        assertThat(conditionTold(driver, V2)).isNotEqualTo(CopyCondition.ABSENT);
        finish(driver, V2, CopyStep.FETCH, new CopyOutcome.Done(lying(V2, Place.PRESENT)));
        assertThat(conditionTold(driver, V2)).isEqualTo(CopyCondition.UNKNOWN);
    }

    @Test
    void whatAPodIsJustMakingIsNotAbsent() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
        full(driver, 2, List.of(order(V1, CopyGoal.PURGE, false)), withVolume(1, Goal.REMOVE, 0, V1));
        assertThat(driver.effects).contains(new AgentEffect.CancelStep(A));
        assertThat(told(driver, V1)).isNull();
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Uncertain("the filling was given up"));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        assertThat(told(driver, V1)).isNull();
        listed(driver, List.of(), List.of(A), List.of());
        assertThat(told(driver, V1)).isNull();
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(conditionTold(driver, V1)).isEqualTo(CopyCondition.ABSENT);
    }

    @Test
    void howMuchANewVolumeUsesIsNotKnownBeforeItIsMeasured() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of()));
        ObservedCopy made = told(driver, V1);
        assertThat(made == null ? 0 : made.allocatedBytes()).isEqualTo(-1);
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        driver.finish(A, PodStep.START, done(container(A, ContainerStatus.RUNNING)));
        driver.later(Listings.PERIOD_MILLIS);
        listed(
                driver,
                List.of(container(A, ContainerStatus.RUNNING, "g0")),
                List.of(A),
                List.of(lying(V1, Place.PRESENT)));
        ObservedCopy measured = told(driver, V1);
        assertThat(measured == null ? 0 : measured.allocatedBytes()).isEqualTo(4_096);
    }

    @Test
    void aLossAtTheUnmountIsToldOfThePodAndOfItsVolume() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.STOP, 0, V1));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        driver.finish(A, PodStep.UNMOUNT, new StepOutcome.Unsynced("not all was written"));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).warnings()).containsExactly("it is small", "not all was written");
        ObservedCopy copy = told(driver, V1);
        assertThat(copy == null ? "" : copy.message()).isEqualTo("not all was written");
    }
}
