package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.CopyCondition;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pods with volumes, step by step. */
class AgentEngineVolumesTest {
    static final VolumeKey V1 = new VolumeKey("v000000000000001", 1);
    static final VolumeKey V2 = new VolumeKey("v000000000000001", 2);
    static final PodKey A = key("a", 1);

    static Assignment withVolume(int incarnation, Goal goal, int restarts, VolumeKey volume) {
        Assignment plain = EngineDriver.assign("a", incarnation, goal, "g0");
        return new Assignment(
                "a",
                incarnation,
                goal,
                "tenant",
                plain.container(),
                List.of("g0"),
                100,
                1_024,
                20,
                10_000,
                false,
                List.of(new VolumeMount(volume, VolumeKind.SYSTEM, "", "")),
                List.of(),
                "",
                restarts);
    }

    static VolumeOrder order(VolumeKey key, CopyGoal goal, boolean proven, FetchGrant... grants) {
        return new VolumeOrder(key, goal, VolumeKind.SYSTEM, "tenant", "a", 10, proven, "", null, List.of(grants), 0);
    }

    static VolumeOrder fetch(VolumeKey key, String ticket) {
        FetchSource source = new FetchSource("h:1", "f", ticket, key.generation() - 1);
        return new VolumeOrder(
                key, CopyGoal.FETCH, VolumeKind.SYSTEM, "tenant", "a", 10, false, "", source, List.of(), 0);
    }

    static FoundCopy lying(VolumeKey key, Place place) {
        return new FoundCopy(key, place, 10L << 30, 4_096, false, false, "");
    }

    /** A host with these copies, that has its whole set. */
    static EngineDriver host(List<FoundCopy> copies, List<VolumeOrder> orders, Assignment... assignments) {
        EngineDriver driver = new EngineDriver();
        driver.tick();
        listed(driver, List.of(), List.of(), copies);
        driver.open(1);
        full(driver, 1, orders, assignments);
        return driver;
    }

    static void listed(
            EngineDriver driver, List<FoundContainer> containers, List<PodKey> mounted, List<FoundCopy> copies) {
        driver.list(containers, mounted, copies);
    }

    static void full(EngineDriver driver, long revision, List<VolumeOrder> orders, Assignment... assignments) {
        driver.event(new AgentEvent.DesiredReceived(
                driver.epoch, revision, true, 0, List.of(assignments), List.of(), orders, List.of()));
    }

    static void runs(EngineDriver driver) {
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of("it is small")));
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        driver.finish(A, PodStep.START, done(container(A, ContainerStatus.RUNNING)));
    }

    static @Nullable ObservedCopy told(EngineDriver driver, VolumeKey key) {
        AgentEffect.SendReport report = driver.report();
        return report == null
                ? null
                : report.copies().stream()
                        .filter(copy -> copy.key().equals(key))
                        .findFirst()
                        .orElse(null);
    }

    static List<CopyStep> copySteps(EngineDriver driver) {
        return driver.effects.stream()
                .filter(StartCopyStep.class::isInstance)
                .map(effect -> ((StartCopyStep) effect).step())
                .toList();
    }

    static void finish(EngineDriver driver, VolumeKey key, CopyStep step, CopyOutcome outcome) {
        driver.event(new AgentEvent.CopyStepFinished(key, step, outcome));
    }

    @Test
    void aPodIsMountedBeforeItIsCreatedAndItsEndIsToldOnlyWhenAllIsUnmounted() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        assertThat(driver.steps()).containsExactly("PULL a/1");
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
        assertThat(driver.disk.volumes()).as("saved before").containsExactly(order(V1, CopyGoal.KEEP, false));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of("it is small")));
        assertThat(driver.steps()).containsExactly("CREATE a/1");
        ObservedCopy copy = told(driver, V1);
        assertThat(copy).isNotNull();
        assertThat(copy == null ? null : copy.condition()).isEqualTo(CopyCondition.PRESENT);
        driver.finish(A, PodStep.CREATE, done(container(A, ContainerStatus.CREATED)));
        driver.finish(A, PodStep.START, done(container(A, ContainerStatus.RUNNING)));
        assertThat(driver.pod("a", 1).warnings()).containsExactly("it is small");
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.STOP, 0, V1));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        driver.finish(A, PodStep.UNMOUNT, new StepOutcome.Unavailable("busy"));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        driver.later(2_000);
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        full(driver, 3, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.REMOVE, 0, V1));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.GONE);
    }

    @Test
    void aMountThatIsRefusedFailsTheStartOnceNothingIsMounted() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.RUN, 0, V1));
        ObservedCopy missing = told(driver, V1);
        assertThat(missing == null ? null : missing.condition()).isEqualTo(CopyCondition.DAMAGED);
        assertThat(missing == null ? "" : missing.message()).contains("missing");
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Refused(new Failure(FailureReason.VOLUME_ERROR, "damaged")));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STARTING);
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.START_FAILED);
        assertThat(driver.pod("a", 1).failure()).isEqualTo(new Failure(FailureReason.VOLUME_ERROR, "damaged"));
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void afterARestartWhatRunsKeepsItsMountsAndAnythingElseIsUnmountedFirst() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        driver.finish(A, PodStep.PULL, done(null));
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of()));
        driver.restart();
        listed(driver, List.of(), List.of(A), List.of());
        driver.finish(A, PodStep.INSPECT, done(null));
        assertThat(driver.steps()).as("nothing without the controller's word").isEmpty();
        driver.open(1);
        full(driver, 1, List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.steps()).containsExactly("PULL a/1");
        runs(driver);
        driver.restart();
        listed(driver, List.of(container(A, ContainerStatus.RUNNING, "g0")), List.of(A), List.of());
        driver.open(1);
        full(driver, 1, List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void mountsOfNobodyAreUnmountedOnlyWhenTwoFullSetsLackTheirPod() {
        EngineDriver driver = new EngineDriver();
        driver.tick();
        listed(driver, List.of(), List.of(A), List.of());
        driver.finish(A, PodStep.INSPECT, done(null));
        driver.open(1);
        full(driver, 1, List.of());
        assertThat(driver.steps()).isEmpty();
        driver.open(1);
        full(driver, 1, List.of());
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
    }

    @Test
    void aHigherIncarnationWaitsForTheMountsOfTheLower() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(2, Goal.RUN, 0, V1));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.steps()).containsExactly("PULL a/2");
    }

    @Test
    void aRestartStopsAndStartsTheSameContainerAndItsExitIsNoEnd() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.RUN, 1, V1));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.event(new AgentEvent.ContainerDied(A));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED)));
        mountedAnew(driver);
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.RUNNING);
        assertThat(driver.pod("a", 1).restarts()).isZero();
        driver.finish(A, PodStep.START_AGAIN, done(container(A, ContainerStatus.RUNNING)));
        assertThat(driver.steps()).isEmpty();
        assertThat(driver.pod("a", 1).restarts()).isEqualTo(1);
        assertThat(driver.disk.pods().getFirst().restartsDone()).isEqualTo(1);
        driver.event(new AgentEvent.ContainerDied(A));
        driver.finish(A, PodStep.INSPECT, done(container(A, ContainerStatus.EXITED)));
        removedBeforeTheEndIsTold(driver);
        assertThat(driver.pod("a", 1).phase()).as("by itself").isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(0, false, false));
    }

    /** What the user wrote may lead elsewhere by now: all that is looked at before a start is looked at again. */
    private static void mountedAnew(EngineDriver driver) {
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
        driver.finish(A, PodStep.MOUNT, new StepOutcome.Mounted(List.of()));
        assertThat(driver.steps()).containsExactly("START_AGAIN a/1");
    }

    /** A request to start it again that was never answered would be carried out on an ended container too. */
    private static void removedBeforeTheEndIsTold(EngineDriver driver) {
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.STOPPING);
        assertThat(driver.steps()).containsExactly("REMOVE a/1");
        driver.finish(A, PodStep.REMOVE, done(null));
        assertThat(driver.steps()).containsExactly("UNMOUNT a/1");
        driver.finish(A, PodStep.UNMOUNT, done(null));
    }

    @Test
    void aRestartThatAnAgentDiedInIsBroughtToItsEnd() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        VolumeOrder proven = order(V1, CopyGoal.KEEP, true);
        full(driver, 2, List.of(proven), withVolume(1, Goal.RUN, 1, V1));
        driver.restart();
        listed(driver, List.of(container(A, ContainerStatus.EXITED, "g0")), List.of(A), List.of());
        driver.open(1);
        full(driver, 2, List.of(proven), withVolume(1, Goal.RUN, 1, V1));
        mountedAnew(driver);
        driver.finish(A, PodStep.START_AGAIN, done(container(A, ContainerStatus.RUNNING)));
        assertThat(driver.pod("a", 1).restarts()).isEqualTo(1);
    }

    @Test
    void aStopOnTheWayOfARestartIsAnEndByRequest() {
        EngineDriver driver = host(List.of(), List.of(order(V1, CopyGoal.KEEP, false)), withVolume(1, Goal.RUN, 0, V1));
        runs(driver);
        full(driver, 2, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.RUN, 1, V1));
        full(driver, 3, List.of(order(V1, CopyGoal.KEEP, true)), withVolume(1, Goal.STOP, 1, V1));
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        removedBeforeTheEndIsTold(driver);
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        Exit exit = driver.pod("a", 1).exit();
        assertThat(exit == null || exit.byRequest()).isTrue();
    }

    @Test
    void whatWritesMoreThanItsDiskHoldsIsStoppedAndSaysWhy() {
        EngineDriver driver = EngineDriver.ready(1, EngineDriver.assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.event(new AgentEvent.DiskExceeded(A, "another", "too much"));
        assertThat(driver.steps())
                .as("of a container that is not there any more")
                .isEmpty();
        driver.event(new AgentEvent.DiskExceeded(A, "id-" + A, "too much"));
        assertThat(driver.steps()).containsExactly("STOP a/1");
        driver.finish(A, PodStep.STOP, done(container(A, ContainerStatus.EXITED)));
        assertThat(driver.pod("a", 1).phase()).isEqualTo(Phase.ENDED);
        assertThat(driver.pod("a", 1).exit()).isEqualTo(new Exit(null, false, false, false, true));
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void readyPortsAreThoseOfTheContainerThatRuns() {
        EngineDriver driver = EngineDriver.ready(1, EngineDriver.assign("a", 1, Goal.RUN, "g0"));
        driver.launch(A, "g0");
        driver.event(new AgentEvent.PortsAnswer(A, "id-" + A, List.of(80)));
        assertThat(driver.pod("a", 1).readyPorts()).containsExactly(80);
        assertThat(driver.report()).isNotNull();
        driver.delta(1, 2, EngineDriver.assign("a", 1, Goal.STOP, "g0"));
        assertThat(driver.pod("a", 1).readyPorts()).isEmpty();
    }
}
