package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.Preemption;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VainPreemptionTest {
    private final Preempting preempting = new Preempting(new Scheduler(), new QueueLine());
    private final Turn turn = new Turn(new ClusterState(), 0);

    private Preemption.Outcome find(String podId, int gpus) {
        ResourceRequest request = ResourceRequest.gpus(gpus);
        return preempting.find(
                turn,
                QueueClass.Key.of(TestCluster.TENANT, Search.of(request)),
                new Preemption.Asking(Search.of(request), new PodId(podId), Set.of()));
    }

    @Test
    void aSearchInVainIsNotRepeatedForEqualRequestsUntilSomethingChanges() {
        Preemption.Outcome vain = find("one", 8);
        assertThat(vain.plan()).isNull();
        assertThat(find("two", 8)).isSameAs(vain);
        assertThat(find("three", 4)).as("another request").isNotSameAs(vain);
        preempting.changed();
        assertThat(find("four", 8)).isNotSameAs(vain);
    }

    @Test
    void whatWasInVainIsTriedAgainOnceAProtectionEndsOrASpotPodArrives() {
        QueueFixture world = new QueueFixture();
        world.host("a", 1);
        world.host("b", 1);
        world.run("on-a", 1);
        world.run("on-b", 1);
        assertThat(world.isWaiting(world.deploy("early", ResourceRequest.gpus(1), QueueTerms.FAIL_FAST)
                        .id()
                        .value()))
                .isFalse();
        world.ends("on-b");
        world.run("spot", QueueFixture.spot(1, 20), new QueueTerms(Unplaced.FAIL_FAST, 0, 0, 30_000, false));
        assertThat(world.deploy("refused", ResourceRequest.gpus(1), QueueTerms.FAIL_FAST)
                        .state()
                        .isFinal())
                .as("the spot pod is protected")
                .isTrue();
        world.cluster.nowMillis += 31_000;
        world.deploy("late", ResourceRequest.gpus(1), QueueTerms.FAIL_FAST);
        assertThat(world.reservation("late")).as("the spot pod gives way").isNotNull();
    }
}
