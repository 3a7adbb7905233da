package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LostUnitsTest {
    private static final HostId A = new HostId("a");
    private final FleetWorld fleet = new FleetWorld();

    @BeforeEach
    void oneHostOfFour() {
        fleet.join("a", 4);
    }

    private PodEvent lastEvent(String pod) {
        return fleet.cluster.engine.cluster().events(new PodId(pod)).getLast();
    }

    @Test
    void aPinnedPodWhoseGpuIsGoneIsToldAndGoesOn() {
        Pod pod = fleet.running("p1", 4);
        fleet.returns("a", 3, observed(pod, Phase.RUNNING));
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
        assertThat(lastEvent("p1").reason()).isEqualTo(Reason.GPU_FAULT);
        assertThat(lastEvent("p1").message()).isEqualTo("host a no longer reports GPU GPU-a3");
        assertThat(fleet.cluster.free("a")).isZero();
        fleet.returns("a", 3, observed(pod, Phase.RUNNING));
        assertThat(fleet.cluster.engine.cluster().events(new PodId("p1")))
                .filteredOn(event -> event.reason() == Reason.GPU_FAULT)
                .as("told once")
                .hasSize(1);
        fleet.returns("a", 4, observed(pod, Phase.RUNNING));
        assertThat(lastEvent("p1").reason()).isEqualTo(Reason.NONE);
    }

    @Test
    void aPodWhoseGpusAreAllThereHearsNothing() {
        Pod pod = fleet.running("p1", 2);
        int events = fleet.cluster.engine.cluster().events(new PodId("p1")).size();
        fleet.returns("a", 3, observed(pod, Phase.RUNNING));
        assertThat(fleet.cluster.engine.cluster().events(new PodId("p1"))).hasSize(events);
        assertThat(fleet.cluster.free("a")).isEqualTo(1);
    }

    @Test
    void anElasticPodWhoseGpuIsGoneIsEndedAndReplaced() {
        fleet.world.create(replicas(4));
        fleet.world.runAll();
        Pod victim = fleet.world.live().stream()
                .filter(pod -> pod.placement().grant() != null
                        && pod.placement().grant().unitIds().contains("GPU-a3"))
                .findFirst()
                .orElseThrow();
        fleet.join("b", 1);
        Pod[] members = fleet.world.live().toArray(new Pod[0]);
        long epoch = fleet.cluster.dial("a", FleetWorld.gpus("a", 3));
        assertThat(fleet.now(victim).state()).isEqualTo(PodState.TERMINATING);
        assertThat(fleet.now(victim).status().reason()).isEqualTo(Reason.GPU_FAULT);
        fleet.cluster.report(
                "a",
                epoch,
                true,
                observed(members[0], Phase.RUNNING),
                observed(members[1], Phase.RUNNING),
                observed(members[2], Phase.RUNNING),
                observed(members[3], Phase.RUNNING));
        fleet.world.endAsked();
        assertThat(fleet.membersOn("b")).hasSize(1);
        assertThat(fleet.runningMembers()).isEqualTo(3);
    }

    @Test
    void aGpuThatIsGoneIsGivenToNobodyEvenWhenItsPodHasEnded() {
        Pod pod = fleet.running("p1", 4);
        fleet.returns("a", 3, observed(pod, Phase.GONE));
        assertThat(fleet.cluster.free("a")).isEqualTo(3);
        assertThat(fleet.cluster.deploy("p2", 4, Unplaced.QUEUE).isQueued()).isTrue();
    }

    @Test
    void aGpuThatComesBackAsAnotherModelIsNotTheOneThatWasGranted() {
        Pod pod = fleet.running("p1", 1);
        long epoch = fleet.cluster.dial("a", inventory("H100", 4, 64, 360, "GPU-a"));
        fleet.cluster.report("a", epoch, true, observed(pod, Phase.RUNNING));
        assertThat(lastEvent("p1").reason()).isEqualTo(Reason.GPU_FAULT);
        assertThat(lastEvent("p1").message()).contains("GPU-a0 as H100");
        assertThat(fleet.cluster.engine.cluster().holder(A, "GPU-a0")).isEqualTo(pod.id());
    }
}
