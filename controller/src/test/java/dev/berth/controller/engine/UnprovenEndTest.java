package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import org.junit.jupiter.api.Test;

/** Ends that the simulation found told wrongly: fenced before the first start, without a code, in one report with others. */
class UnprovenEndTest {
    private static final ObservedPod.Exit NO_EVIDENCE = new ObservedPod.Exit(null, false, false);

    private static DeploymentCluster world() {
        DeploymentCluster world = new DeploymentCluster();
        world.cluster.join("a", inventory("RTX 4090", 4, 64, 256, "GPU-a-"));
        return world;
    }

    @Test
    void whatItsHostFencedBeforeItRanHasNeverRun() {
        DeploymentCluster world = world();
        world.create(replicas(1));
        Pod fenced = world.member(0);
        world.report(fenced, Phase.ENDED, NO_EVIDENCE);
        Pod ended = world.pod(fenced.id());
        assertThat(ended.state()).isEqualTo(PodState.TERMINATED);
        assertThat(ended.hasRun()).isFalse();
        assertThat(ended.status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(world.live()).hasSize(1);
    }

    @Test
    void anEndWithoutACodeIsThePlatformsFaultAndIsReplacedAtOnce() {
        DeploymentCluster world = world();
        world.create(job(2, 2, Completion.EXIT_ZERO, 0));
        world.runAll();
        Pod ended = world.member(0);
        world.report(ended, Phase.ENDED, NO_EVIDENCE);
        Pod gone = world.member(1);
        world.report(gone, Phase.GONE, null);
        assertThat(world.pod(ended.id()).status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(world.pod(gone.id()).status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(world.indexes()).containsExactly(0, 1);
        assertThat(world.progress().failuresInRow()).isZero();
        assertThat(world.progress().userFailures()).isZero();
    }

    @Test
    void aPodThatEndedInTheSameReportIsPreemptedForNobody() {
        QueueFixture world = new QueueFixture();
        world.host("a", 1);
        world.run("spot", QueueFixture.spot(1, 20), new QueueTerms(Unplaced.QUEUE, 0, 0, 30_000, false));
        world.queue("first", 1);
        world.queue("second", 1);
        world.silence("a");
        world.pass(40);
        assertThat(world.isWaiting("first")).isTrue();
        long epoch = world.cluster.dial("a", inventory("RTX 4090", 1, 16, 90, "GPU-a-"));
        world.cluster.report("a", epoch, true, TestCluster.observed(world.cluster.pod("spot"), Phase.ENDED));
        assertThat(world.cluster.pod("spot").state()).isEqualTo(PodState.STOPPED);
        assertThat(world.cluster.pod("spot").status().reason()).isEqualTo(Reason.CONTAINER_EXITED);
        assertThat(world.isPlaced("first")).isTrue();
        assertThat(world.isWaiting("second")).isTrue();
        assertThat(world.reservation("second")).isNull();
    }
}
