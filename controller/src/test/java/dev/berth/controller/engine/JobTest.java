package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.TestCluster.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobTest {
    private final DeploymentCluster world = new DeploymentCluster();

    @BeforeEach
    void oneHostOfEight() {
        world.cluster.join("a", inventory("RTX 4090", 8, 64, 360, "GPU-a"));
    }

    @Test
    void exactlyTenCompleteAndAtMostThreeRunAtATime() {
        world.create(job(10, 3, Completion.ANY_EXIT, 6));
        int ended = 0;
        while (world.deployment().state() == DeploymentState.ACTIVE) {
            assertThat(world.census().live()).isLessThanOrEqualTo(3).isEqualTo(Math.min(3, 10 - ended));
            world.runAll();
            world.exits(world.live().getFirst(), ended % 2);
            ended++;
            assertThat(world.progress().completions()).isEqualTo(ended);
        }
        assertThat(ended).isEqualTo(10);
        assertThat(world.live()).isEmpty();
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
        world.pass(600_000);
        assertThat(world.live()).isEmpty();
        assertThat(world.cluster.engine.cluster().podsByAge()).hasSize(10);
    }

    @Test
    void anExitWithoutEvidenceOfItsCodeCompletesNothing() {
        world.create(job(1, 1, Completion.ANY_EXIT, 6));
        world.runAll();
        world.exits(world.member(0), null);
        assertThat(world.progress().completions()).isZero();
        assertThat(world.progress().userFailures()).isZero();
        world.pass(10_000);
        assertThat(world.indexes()).containsExactly(0);
    }

    @Test
    void aRepeatedReportOfAnEndCountsOnce() {
        world.create(job(3, 1, Completion.ANY_EXIT, 6));
        world.runAll();
        Pod first = world.member(0);
        world.exits(first, 0);
        world.exits(first, 0);
        world.report(first, ObservedPod.Phase.GONE, null);
        assertThat(world.progress().completions()).isEqualTo(1);
        assertThat(world.indexes()).containsExactly(1);
    }

    @Test
    void whatWasAskedToEndDoesNotCompleteThoughItsProcessExits() {
        world.create(job(2, 2, Completion.ANY_EXIT, 6));
        world.runAll();
        Pod pod = world.member(0);
        world.stopPod(pod, false);
        world.exits(pod, 0);
        assertThat(world.pod(pod.id()).status().reason()).isEqualTo(Reason.USER);
        assertThat(world.progress().completions()).isZero();
        assertThat(world.indexes()).containsExactly(0, 1);
    }

    @Test
    void withExitZeroAFailureIsRepeatedUnderItsNumberAndTooManyFailTheJob() {
        world.create(job(2, 2, Completion.EXIT_ZERO, 1));
        world.runAll();
        world.exits(world.member(0), 3);
        assertThat(world.progress().userFailures()).isEqualTo(1);
        assertThat(world.indexes()).containsExactly(1);
        world.pass(10_000);
        assertThat(world.indexes()).containsExactly(0, 1);
        world.runAll();
        Pod other = world.member(1);
        world.exits(world.member(0), 3);
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.FAILED);
        assertThat(world.pod(other.id()).state()).isEqualTo(PodState.TERMINATING);
        world.endAsked();
        world.pass(600_000);
        assertThat(world.live()).isEmpty();
    }

    @Test
    void pullFailuresNeitherCountNorFailTheJobAndDoNotStormThroughItsNumbers() {
        world.create(job(100, 2, Completion.EXIT_ZERO, 0));
        world.fails(world.member(0));
        world.fails(world.member(1));
        assertThat(world.live()).isEmpty();
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.ACTIVE);
        world.pass(20_000);
        assertThat(world.indexes()).containsExactly(0, 1);
        assertThat(world.progress().userFailures()).isZero();
        assertThat(world.progress().failed()).isEqualTo(2);
    }

    @Test
    void fewerCompletionsEndWhatIsTooManyAndNotBelowThoseThatAreDone() {
        world.create(job(6, 3, Completion.ANY_EXIT, 6));
        world.runAll();
        world.exits(world.member(0), 0);
        world.exits(world.member(1), 0);
        assertThat(world.scale(null, null, 1)).isInstanceOf(Reply.Refused.class);
        world.runAll();
        world.scale(null, null, 3);
        assertThat(world.census().staying()).isEqualTo(1);
        world.endAsked();
        world.exits(world.live().getFirst(), 0);
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
        assertThat(world.progress().completions()).isEqualTo(3);
    }

    @Test
    void aStoppedPodWithOneFewerLowersTheParallelismButNeverBelowOne() {
        world.create(job(6, 2, Completion.ANY_EXIT, 6));
        world.runAll();
        world.stopPod(world.member(0), true);
        assertThat(world.deployment().spec().parallelism()).isEqualTo(1);
        world.endAsked();
        assertThat(world.census().live()).isEqualTo(1);
        assertThat(world.stopPod(world.live().getFirst(), true)).isInstanceOf(Reply.Refused.class);
        assertThat(world.census().staying()).isEqualTo(1);
    }

    @Test
    void aContainerIsAJobOfOne() {
        DeploymentSpec one = job(1, 1, Completion.ANY_EXIT, 6);
        world.create(new DeploymentSpec(
                one.name(), DeploymentMode.CONTAINER, 1, 1, one.completion(), 6, false, 29_500, one.template()));
        assertThat(world.scale(2, null, null)).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.INVALID_ARGUMENT);
            assertThat(refused.field()).isEqualTo("replicas");
        });
        world.runAll();
        world.exits(world.member(0), 7);
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.COMPLETED);
    }
}
