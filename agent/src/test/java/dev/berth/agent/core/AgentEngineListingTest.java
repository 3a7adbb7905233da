package dev.berth.agent.core;

import static dev.berth.agent.core.EngineDriver.assign;
import static dev.berth.agent.core.EngineDriver.container;
import static dev.berth.agent.core.EngineDriver.done;
import static dev.berth.agent.core.EngineDriver.elastic;
import static dev.berth.agent.core.EngineDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.AgentEffect.ListContainers;
import dev.berth.agent.core.AgentEffect.ListVolumes;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerStatus;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.Phase;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host whose containers can be listed and whose volumes cannot: pods are looked at and stopped, and nothing else. */
class AgentEngineListingTest {
    private static final PodKey A = key("a", 1);
    private static final PodKey E = key("e", 1);
    private static final PodKey P = key("p", 1);
    private static final VolumeKey V1 = AgentEngineVolumesTest.V1;
    private static final long L = 60_000;

    /** An elastic pod and a pinned one run; the agent comes back {@code awayMillis} later. */
    private static EngineDriver back(long awayMillis) {
        EngineDriver driver = EngineDriver.ready(1, elastic("e", 1, Goal.RUN, "g0"), assign("p", 1, Goal.RUN, "g1"));
        driver.granted(0, L);
        driver.launch(E, "g0");
        driver.launch(P, "g1");
        driver.sleep(awayMillis);
        driver.restart();
        return driver;
    }

    private static FoundContainer running(PodKey key, String unit) {
        return new FoundContainer(key, "id-" + key, ContainerStatus.RUNNING, List.of(unit), key.equals(E), null);
    }

    /** Answers what was asked for: containers as they are, volumes not at all. */
    private static void listsContainersAlone(EngineDriver driver, FoundContainer... containers) {
        List<AgentEffect> asked = driver.effects;
        for (AgentEffect effect : asked) {
            if (effect instanceof ListVolumes list) {
                driver.event(new AgentEvent.ListingFailed(list.token(), "find was given up after 60 seconds"));
            }
        }
        for (AgentEffect effect : asked) {
            if (effect instanceof ListContainers list) {
                driver.event(new AgentEvent.ContainersListed(list.token(), List.of(containers)));
            }
        }
    }

    private static void listsVolumes(EngineDriver driver, List<PodKey> mounted, FoundCopy... copies) {
        driver.later(15_000);
        assertThat(driver.effects).as("tried again").hasAtLeastOneElementOfType(ListVolumes.class);
        for (AgentEffect effect : driver.effects) {
            if (effect instanceof ListVolumes list) {
                driver.event(new AgentEvent.VolumesListed(list.token(), mounted, List.of(copies)));
                return;
            }
        }
    }

    @Test
    void anElasticPodWhoseLeaseHasEndedIsStoppedByTheContainersAlone() {
        EngineDriver driver = back(2 * L);
        listsContainersAlone(driver, running(E, "g0"), running(P, "g1"));
        assertThat(driver.steps()).containsExactly("STOP e/1");
        assertThat(driver.engine.mayDial()).isFalse();
        driver.finish(E, PodStep.STOP, done(container(E, ContainerStatus.EXITED, "g0")));
        assertThat(driver.engine.mayDial()).isTrue();
        assertThat(driver.steps()).isEmpty();
    }

    @Test
    void whatIsMissingIsAskedForAndWhatShallEndIsStopped() {
        EngineDriver driver = back(0);
        listsContainersAlone(driver, running(E, "g0"));
        assertThat(driver.steps()).containsExactly("INSPECT p/1");
        driver.finish(P, PodStep.INSPECT, done(running(P, "g1")));
        driver.open(1);
        driver.full(2, elastic("e", 1, Goal.STOP, "g0"), assign("p", 1, Goal.REMOVE, "g1"));
        assertThat(driver.steps()).containsExactly("STOP e/1", "STOP p/1");
        driver.finish(E, PodStep.STOP, done(container(E, ContainerStatus.EXITED, "g0")));
        driver.finish(P, PodStep.STOP, done(container(P, ContainerStatus.EXITED, "g1")));
        assertThat(driver.steps()).as("nothing is removed").isEmpty();
        assertThat(driver.report())
                .as("nothing is said of copies that nobody has seen")
                .isNull();
        listsVolumes(driver, List.of());
        assertThat(driver.steps()).containsExactly("REMOVE p/1");
        assertThat(driver.pod("e", 1).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void nothingIsPulledMountedMadeOrUnmountedUntilTheVolumesAreKnown() {
        Assignment pod = AgentEngineVolumesTest.withVolume(1, Goal.RUN, 0, V1);
        EngineDriver driver = new EngineDriver();
        driver.tick();
        listsContainersAlone(driver);
        driver.open(1);
        AgentEngineVolumesTest.full(driver, 1, List.of(AgentEngineVolumesTest.order(V1, CopyGoal.TRASH, true)), pod);
        assertThat(driver.steps()).isEmpty();
        assertThat(AgentEngineVolumesTest.copySteps(driver)).isEmpty();
        assertThat(driver.report()).isNull();
        FoundCopy copy = AgentEngineVolumesTest.lying(V1, FoundCopy.Place.PRESENT);
        listsVolumes(driver, List.of(A), copy);
        assertThat(driver.steps()).as("left by a former process").containsExactly("UNMOUNT a/1");
        assertThat(driver.report()).isNotNull();
        assertThat(AgentEngineVolumesTest.copySteps(driver)).as("it is in use").isEmpty();
    }

    @Test
    void aRestartIsNotBegunWithoutTheVolumes() {
        EngineDriver driver = back(0);
        listsContainersAlone(driver, running(E, "g0"), running(P, "g1"));
        driver.open(1);
        Assignment again = AgentEngineRestartTest.restarted(assign("p", 1, Goal.RUN, "g1"), Goal.RUN);
        driver.full(2, elastic("e", 1, Goal.RUN, "g0"), again);
        assertThat(driver.steps()).isEmpty();
        listsVolumes(driver, List.of());
        assertThat(driver.steps()).containsExactly("STOP p/1");
    }

    @Test
    void whatIsKnownOfTheVolumesStaysWhenALaterListingOfThemFails() {
        EngineDriver driver = AgentEngineVolumesTest.host(
                List.of(AgentEngineVolumesTest.lying(V1, FoundCopy.Place.PRESENT)),
                List.of(AgentEngineVolumesTest.order(V1, CopyGoal.KEEP, true)),
                AgentEngineVolumesTest.withVolume(1, Goal.RUN, 0, V1));
        driver.later(Listings.PERIOD_MILLIS + 10);
        listsContainersAlone(driver);
        driver.finish(A, PodStep.PULL, done(null));
        assertThat(driver.steps()).containsExactly("MOUNT a/1");
    }

    @Test
    void aListingOfVolumesThatHangsHoldsNoListingOfContainersBack() {
        EngineDriver driver = EngineDriver.ready(1, assign("p", 1, Goal.RUN, "g1"));
        driver.launch(P, "g1");
        driver.later(Listings.PERIOD_MILLIS + 10);
        assertThat(driver.effects).hasAtLeastOneElementOfType(ListVolumes.class);
        for (int i = 0; i < 3; i++) {
            for (AgentEffect effect : driver.effects) {
                if (effect instanceof ListContainers list) {
                    driver.event(new AgentEvent.ContainersListed(list.token(), List.of(running(P, "g1"))));
                }
            }
            driver.later(Listings.PERIOD_MILLIS);
            assertThat(driver.effects)
                    .hasAtLeastOneElementOfType(ListContainers.class)
                    .doesNotHaveAnyElementsOfTypes(ListVolumes.class);
        }
    }
}
