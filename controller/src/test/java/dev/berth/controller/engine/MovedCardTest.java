package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Unplaced;
import org.junit.jupiter.api.Test;

/** Two hosts report the same GPU, as when its card has moved. */
class MovedCardTest {
    private static final HostId B = new HostId("b");
    private final TestCluster cluster = new TestCluster();

    private static Inventory cards(int count) {
        return TestCluster.inventory("RTX 4090", count, 16, 90, "GPU-card-");
    }

    @Test
    void aCardThatAPodHoldsOnItsOldHostIsNotOfferedOnTheNewOne() {
        cluster.join("a", cards(2));
        Pod one = cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.report("a", one, Phase.RUNNING);
        cluster.join("b", cards(2));
        assertThat(cluster.free("b")).isEqualTo(1);
        assertThat(cluster.engine.cluster().heldElsewhere(B, "GPU-card-0")).isEqualTo(new HostId("a"));

        // Whichever host takes the free card, the other no longer has it.
        assertThat(cluster.deploy("p2", 1, Unplaced.FAIL_FAST).placement().grant())
                .isNotNull();
        assertThat(cluster.free("a")).isZero();
        assertThat(cluster.free("b")).isZero();
        assertThat(cluster.deploy("p3", 1, Unplaced.FAIL_FAST).state()).isEqualTo(PodState.FAILED);

        Pod waits = cluster.deploy("p4", 1, Unplaced.QUEUE);
        assertThat(waits.placement().grant()).isNull();
        assertThat(ClusterState.restore(cluster.engine.state().snapshot()).freeUnits(B))
                .isZero();
        cluster.join("a", TestCluster.inventory("RTX 4090", 1, 16, 90, "GPU-other-"));
        assertThat(cluster.pod("p4").placement().hostId()).isEqualTo(new HostId("a"));
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(cluster.free("b")).as("given up by its old host").isEqualTo(1);
    }

    @Test
    void whatItsOldHostGivesUpIsOfferedOnTheNewOneAtOnce() {
        cluster.join("a", cards(1));
        Pod one = cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.report("a", one, Phase.RUNNING);
        cluster.dial("a", TestCluster.inventory("RTX A4000", 1, 16, 90, "GPU-other-"));
        cluster.join("b", cards(1));
        cluster.deploy("p2", 1, Unplaced.QUEUE);
        assertThat(cluster.pod("p2").placement().grant()).as("held on a").isNull();
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(cluster.pod("p2").placement().hostId()).isEqualTo(B);
    }
}
