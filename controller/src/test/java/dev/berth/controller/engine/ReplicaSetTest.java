package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.DeploymentCluster.template;
import static dev.berth.controller.engine.TestCluster.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaSetTest {
    private final DeploymentCluster world = new DeploymentCluster();

    @BeforeEach
    void twoHostsOfFour() {
        world.cluster.join("a", inventory("RTX 4090", 4, 64, 360, "GPU-a"));
        world.cluster.join("b", inventory("RTX 5090", 4, 64, 180, "GPU-b"));
    }

    @Test
    void asManyPodsAsAskedAreMadePlacedAndNamed() {
        Reply reply = world.create(replicas(5));
        assertThat(reply).isInstanceOf(Reply.DeploymentReply.class);
        assertThat(world.live()).hasSize(5).allSatisfy(pod -> {
            assertThat(pod.placement().grant()).isNotNull();
            assertThat(pod.isMemberOf(DeploymentCluster.ID)).isTrue();
        });
        assertThat(world.live()).extracting(Pod::name).contains("web-0", "web-4");
        assertThat(world.indexes()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aReplacementIsMadeOnlyWhenTheOldPodHasEnded() {
        world.create(replicas(3));
        world.runAll();
        Pod old = world.member(1);
        world.stopPod(old, false);
        assertThat(world.live()).as("while it is being ended").hasSize(3);
        assertThat(world.pod(old.id()).state()).isEqualTo(PodState.TERMINATING);
        world.report(old, ObservedPod.Phase.STOPPING, null);
        assertThat(world.live()).hasSize(3);
        world.endAsked();
        assertThat(world.pod(old.id()).state()).isEqualTo(PodState.TERMINATED);
        assertThat(world.member(1).id()).isNotEqualTo(old.id());
        assertThat(world.live()).hasSize(3);
    }

    @Test
    void oneThatExitsIsReplacedAfterTenSecondsAndThenTwenty() {
        world.create(replicas(1));
        world.runAll();
        world.exits(world.member(0), 1);
        assertThat(world.live()).isEmpty();
        world.pass(9_999);
        assertThat(world.live()).isEmpty();
        world.pass(1);
        assertThat(world.live()).hasSize(1);
        world.runAll();
        world.exits(world.member(0), 0);
        world.pass(19_999);
        assertThat(world.live()).isEmpty();
        world.pass(1);
        assertThat(world.live()).hasSize(1);
        assertThat(world.progress().finished()).isEqualTo(2);
        assertThat(world.progress().failed()).isZero();
    }

    @Test
    void manyThatFailAtOnceWaitNoLongerThanOne() {
        world.create(replicas(6));
        world.runAll();
        for (int index = 0; index < 5; index++) {
            world.exits(world.member(index), 1);
            world.pass(100);
        }
        assertThat(world.indexes()).containsExactly(5);
        world.pass(9_500);
        assertThat(world.indexes()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aNewCountActsAtOnceThoughFailuresHoldOthersBack() {
        world.create(replicas(2));
        world.runAll();
        world.exits(world.member(0), 1);
        assertThat(world.indexes()).containsExactly(1);
        world.scale(4, null, null);
        assertThat(world.indexes()).containsExactly(1, 2, 3);
        world.pass(10_000);
        assertThat(world.indexes()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aPodThatItsHostEndedByItselfIsReplacedAtOnceAndNoFailure() {
        world.create(replicas(1));
        world.runAll();
        Pod fenced = world.member(0);
        world.report(fenced, ObservedPod.Phase.ENDED, new ObservedPod.Exit(143, false, true));
        assertThat(world.pod(fenced.id()).status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(world.live()).hasSize(1);
        assertThat(world.progress().failuresInRow()).isZero();
    }

    @Test
    void scaleDownTakesPendingThenUnreadyThenTheNewest() {
        world.create(replicas(6));
        world.runAll();
        world.cluster.nowMillis += 1_000;
        world.scale(8, null, null);
        world.cluster.nowMillis += 1_000;
        world.scale(10, null, null);
        Pod newestRunning = world.member(7);
        world.report(newestRunning, ObservedPod.Phase.RUNNING, null);
        assertThat(world.census().pending()).isEqualTo(2);
        world.scale(8, null, null);
        assertThat(world.census().pending()).isZero();
        assertThat(world.census().ending()).isZero();
        world.scale(7, null, null);
        assertThat(world.pod(world.member(6).id()).state())
                .as("the unready one")
                .isEqualTo(PodState.TERMINATING);
        world.scale(6, null, null);
        assertThat(world.pod(newestRunning.id()).state()).isEqualTo(PodState.TERMINATING);
        world.endAsked();
        assertThat(world.indexes()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(world.pod(newestRunning.id()).status().reason()).isEqualTo(Reason.USER);
    }

    @Test
    void newConditionsEndOnlyThosePodsThatNoLongerSatisfyThem() {
        world.create(replicas(6));
        world.runAll();
        List<Pod> before = world.live();
        PodSpec only5090 = template().withRequest(ResourceRequest.gpus(1).withGpuModels(List.of("RTX 5090")));
        world.update(only5090);
        for (Pod pod : before) {
            boolean fits = Objects.equals(pod.placement().hostId(), new HostId("b"));
            assertThat(world.pod(pod.id()).state()).isEqualTo(fits ? PodState.RUNNING : PodState.TERMINATING);
        }
        assertThat(world.census().ending()).isPositive();
        world.endAsked();
        world.runAll();
        assertThat(world.census().running()).isEqualTo(4);
        assertThat(world.census().pending()).isEqualTo(2);
        assertThat(world.live())
                .filteredOn(pod -> !before.stream().map(Pod::id).toList().contains(pod.id()))
                .allSatisfy(pod -> assertThat(pod.spec().request()).isEqualTo(only5090.request()));
    }

    @Test
    void aNewImageReplacesAllPodsOneAfterAnother() {
        world.create(replicas(4));
        world.runAll();
        PodSpec.Container c = template().container();
        PodSpec.Container other = new PodSpec.Container(
                "other", c.entrypoint(), c.command(), c.shellCommand(), c.env(), c.forDevelopment());
        PodSpec newer = new PodSpec(
                "",
                other,
                template().request(),
                50,
                10_000,
                template().labels(),
                template().terms());
        world.update(newer);
        int rounds = 0;
        while (world.live().stream().anyMatch(pod -> !pod.spec().container().equals(other))) {
            assertThat(world.census().running()).as("running at a time").isGreaterThanOrEqualTo(3);
            world.endAsked();
            world.runAll();
            assertThat(++rounds).isLessThanOrEqualTo(4);
        }
        assertThat(rounds).isEqualTo(4);
        assertThat(world.census().running()).isEqualTo(4);
        assertThat(world.progress().failed()).isZero();
    }

    @Test
    void ofAHundredAtMostTenAreMissingWhileAllAreReplaced() {
        for (int i = 0; i < 13; i++) {
            world.cluster.join("big-" + i, inventory("RTX 4090", 8, 64, 360, "GPU-big-" + i + "-"));
        }
        world.create(replicas(100));
        world.runAll();
        assertThat(world.census().running()).isEqualTo(100);
        Map<String, String> labels = Map.of("release", "2");
        PodSpec template = template();
        world.update(new PodSpec("", template.container(), template.request(), 50, 10_000, labels, template.terms()));
        assertThat(world.census().running()).isEqualTo(90);
        int steps = 0;
        while (world.live().stream().anyMatch(pod -> !pod.spec().labels().equals(labels))) {
            List<Pod> live = world.live();
            Pod pod = live.get(steps * 7 % live.size());
            if (pod.state() == PodState.TERMINATING) {
                world.report(pod, ObservedPod.Phase.ENDED, new ObservedPod.Exit(143, false, true));
            } else if (pod.state() == PodState.INITIALIZING) {
                world.report(pod, ObservedPod.Phase.RUNNING, null);
            }
            assertThat(world.census().running()).isGreaterThanOrEqualTo(90);
            assertThat(++steps).isLessThan(20_000);
        }
        world.endAsked();
        world.runAll();
        assertThat(world.census().running()).isEqualTo(100);
    }

    @Test
    void afterTwoFailuresOnOneHostNewPodsStayOffIt() {
        world.create(replicas(1));
        String first =
                Objects.requireNonNull(world.member(0).placement().hostId()).value();
        world.fails(world.member(0));
        world.pass(10_000);
        assertThat(world.member(0).placement().hostId()).isEqualTo(new HostId(first));
        world.fails(world.member(0));
        world.pass(20_000);
        assertThat(world.member(0).placement().hostId()).isNotEqualTo(new HostId(first));
        assertThat(world.member(0).spec().request().avoidHosts()).containsExactly(first);
    }

    @Test
    void stoppingOnePodWithOneFewerLowersTheCountInTheSameStep() {
        world.create(replicas(3));
        world.runAll();
        Pod one = world.member(1);
        world.stopPod(one, true);
        assertThat(world.deployment().spec().count()).isEqualTo(2);
        assertThat(world.census().staying()).isEqualTo(2);
        world.endAsked();
        assertThat(world.indexes()).containsExactly(0, 2);
        world.pass(600_000);
        assertThat(world.indexes()).containsExactly(0, 2);
    }

    @Test
    void oneFewerIsNotCountedTwiceForOnePod() {
        world.create(replicas(3));
        world.runAll();
        Pod one = world.member(1);
        world.stopPod(one, true);
        assertThat(world.stopPod(one, true)).isInstanceOf(Reply.Refused.class);
        assertThat(world.stopPod(one, false)).isInstanceOf(Reply.DeploymentReply.class);
        assertThat(world.deployment().spec().count()).isEqualTo(2);
    }

    @Test
    void podsThatDoNotWantToWaitFailAndAreTriedAgainLater() {
        PodSpec template = template();
        PodSpec hasty = new PodSpec(
                "", template.container(), template.request(), 50, 0, template.labels(), QueueTerms.FAIL_FAST);
        world.create(replicas(10).withTemplate(hasty));
        assertThat(world.census().live()).as("as many as there is room for").isEqualTo(8);
        assertThat(world.census().pending()).isZero();
        assertThat(world.progress().failed()).isEqualTo(2);
        world.cluster.join("c", inventory("RTX 4090", 4, 64, 360, "GPU-c"));
        assertThat(world.census().live()).isEqualTo(8);
        world.pass(20_000);
        assertThat(world.census().live()).isEqualTo(10);
    }

    @Test
    void itsPodsAreNeitherPausedNorRunAndAnEndByTheOwnerIsMadeGood() {
        world.create(replicas(1));
        world.runAll();
        Pod pod = world.member(0);
        for (PodAction action : List.of(PodAction.PAUSE, PodAction.RUN)) {
            assertThat(world.cluster.act(pod.id().value(), action))
                    .isInstanceOfSatisfying(
                            Reply.Refused.class,
                            refused -> assertThat(refused.message()).contains("deployment stop-pod"));
        }
        world.cluster.act(pod.id().value(), PodAction.TERMINATE);
        world.endAsked();
        assertThat(world.live())
                .singleElement()
                .satisfies(next -> assertThat(next.id()).isNotEqualTo(pod.id()));
    }

    @Test
    void stopIsFinalAndDeleteForgets() {
        world.create(replicas(2));
        world.runAll();
        world.stop();
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.STOPPING);
        world.endAsked();
        assertThat(world.deployment().state()).isEqualTo(DeploymentState.STOPPED);
        assertThat(world.scale(3, null, null)).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION);
        });
        world.delete();
        assertThat(world.cluster.engine.cluster().deployment(DeploymentCluster.ID))
                .isNull();
        assertThat(world.create(replicas(1), "eeeeeeeeeeeeeeee")).isInstanceOf(Reply.DeploymentReply.class);
    }

    @Test
    void deleteStopsFirst() {
        world.create(replicas(2));
        world.runAll();
        world.delete();
        assertThat(world.deployment().deleting()).isTrue();
        world.endAsked();
        assertThat(world.cluster.engine.cluster().deployment(DeploymentCluster.ID))
                .isNull();
        assertThat(world.cluster.free("a") + world.cluster.free("b")).isEqualTo(8);
    }

    @Test
    void aStaleVersionIsRefusedAndChangesNothing() {
        world.create(replicas(2));
        long version = world.deployment().version();
        world.scale(3, null, null, version);
        assertThat(world.deployment().spec().count()).isEqualTo(3);
        assertThat(world.scale(4, null, null, version))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.ABORTED));
        assertThat(world.deployment().spec().count()).isEqualTo(3);
    }
}
