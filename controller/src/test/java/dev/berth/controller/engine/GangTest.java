package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.gang;
import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GangTest {
    private final DeploymentCluster world = new DeploymentCluster();

    @BeforeEach
    void oneHostOfFour() {
        world.cluster.join("a", inventory("RTX 4090", 4, 64, 360, "GPU-a"));
    }

    @Test
    void allArePlacedTogetherAndKnowEachOther() {
        world.create(gang(replicas(4)));
        PodId master = world.member(0).id();
        for (int rank = 0; rank < 4; rank++) {
            Pod pod = world.member(rank);
            assertThat(pod.placement().grant()).isNotNull();
            assertThat(pod.spec().container().env())
                    .isEqualTo(Map.of(
                            "RANK",
                            Integer.toString(rank),
                            "WORLD_SIZE",
                            "4",
                            "MASTER_ADDR",
                            master.value(),
                            "MASTER_PORT",
                            "29500"));
        }
    }

    @Test
    void noneIsPlacedWhileThereIsRoomForSomeOnly() {
        world.create(replicas(1), "eeeeeeeeeeeeeeee");
        world.create(gang(named(replicas(4), "ring")));
        assertThat(world.census().pending()).isEqualTo(4);
        Pod other = world.cluster
                .engine
                .cluster()
                .livePods(new DeploymentId("eeeeeeeeeeeeeeee"))
                .iterator()
                .next();
        world.stopPod(other, true);
        world.report(other, ObservedPod.Phase.GONE, null);
        assertThat(world.census().pending()).isZero();
        assertThat(world.census().starting()).isEqualTo(4);
    }

    @Test
    void whenOneEndsTheWholeGangBeginsAnew() {
        world.create(gang(replicas(3)));
        world.runAll();
        List<PodId> before = world.live().stream().map(Pod::id).toList();
        world.exits(world.member(1), 1);
        assertThat(world.census().ending()).isEqualTo(2);
        assertThat(world.live())
                .allSatisfy(pod -> assertThat(pod.status().reason()).isEqualTo(Reason.REPLACED));
        world.endAsked();
        assertThat(world.live()).as("held back after the failure").isEmpty();
        world.pass(10_000);
        assertThat(world.indexes()).containsExactly(0, 1, 2);
        assertThat(world.live()).extracting(Pod::id).doesNotContainAnyElementsOf(before);
        assertThat(world.progress().failuresInRow()).as("those ended with it").isEqualTo(1);
    }

    @Test
    void aJobsGangIsDoneWhenAllItsRanksAre() {
        world.create(gang(job(3, 3, Completion.EXIT_ZERO, 6)));
        world.runAll();
        world.exits(world.member(0), 0);
        assertThat(world.progress().completions()).isEqualTo(1);
        assertThat(world.indexes()).as("the others go on").containsExactly(1, 2);
        world.exits(world.member(2), 0);
        world.exits(world.member(1), 0);
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
    }

    @Test
    void aJobsGangThatBeginsAnewOwesAllItsRanks() {
        world.create(gang(job(3, 3, Completion.EXIT_ZERO, 6)));
        world.runAll();
        world.exits(world.member(0), 0);
        world.exits(world.member(1), 9);
        world.endAsked();
        world.pass(10_000);
        assertThat(world.indexes()).containsExactly(0, 1, 2);
        assertThat(world.progress().completions()).isZero();
        world.runAll();
        IntStream.range(0, 3).forEach(rank -> world.exits(world.member(rank), 0));
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
        assertThat(world.progress().finished()).isEqualTo(3);
    }

    @Test
    void anotherSizeMakesTheWholeGangAnew() {
        world.create(gang(replicas(2)));
        world.runAll();
        world.scale(4, null, null);
        assertThat(world.census().ending()).isEqualTo(2);
        world.endAsked();
        assertThat(world.census().starting()).isEqualTo(4);
        assertThat(world.member(3).spec().container().env()).containsEntry("WORLD_SIZE", "4");
        world.scale(3, null, null);
        world.endAsked();
        assertThat(world.indexes()).containsExactly(0, 1, 2);
        assertThat(world.member(0).spec().container().env()).containsEntry("WORLD_SIZE", "3");
    }

    @Test
    void aGangLargerThanTheFleetIsRefusedOrWaitsWithAWarning() {
        DeploymentSpec large = gang(replicas(5));
        DeploymentSpec hasty = large.withTemplate(new PodSpec(
                "", large.template().container(), large.template().request(), 50, 0, Map.of(), QueueTerms.FAIL_FAST));
        assertThat(world.create(hasty))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE));
        assertThat(world.create(large))
                .isInstanceOfSatisfying(
                        Reply.DeploymentReply.class,
                        reply -> assertThat(reply.warnings()).hasSize(1));
        assertThat(world.census().pending()).isEqualTo(5);
    }

    private static DeploymentSpec named(DeploymentSpec spec, String name) {
        return new DeploymentSpec(
                name,
                spec.mode(),
                spec.count(),
                spec.parallelism(),
                spec.completion(),
                spec.backoffLimit(),
                spec.gang(),
                spec.masterPort(),
                spec.template());
    }
}
