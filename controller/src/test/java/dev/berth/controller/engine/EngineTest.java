package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineTest {
    private final TestCluster cluster = new TestCluster();
    private long epoch;

    @BeforeEach
    void oneHostOfEight() {
        epoch = cluster.join("a", inventory("RTX 4090", 8, 128, 720, "GPU-a"));
    }

    @Test
    void deployIsPlacedAtOnceAndToldToItsHost() {
        Pod pod = cluster.deploy("p1", 2, Unplaced.FAIL_FAST);
        assertThat(pod.state()).isEqualTo(PodState.INITIALIZING);
        assertThat(pod.status().detail()).isEqualTo(PodDetail.STARTING);
        assertThat(pod.placement().grant()).isNotNull().satisfies(grant -> {
            assertThat(grant.unitIds()).containsExactly("GPU-a0", "GPU-a1");
            assertThat(grant.cpuHundredths()).isEqualTo(3200);
            assertThat(grant.memoryMib()).isEqualTo(180 * 1024);
        });
        assertThat(cluster.free("a")).isEqualTo(6);
        assertThat(cluster.effects.getLast()).isInstanceOfSatisfying(Effect.SendDesired.class, sent -> {
            assertThat(sent.full()).isFalse();
            assertThat(sent.assignments()).singleElement().satisfies(assigned -> {
                assertThat(assigned.assignment().goal()).isEqualTo(Goal.RUN);
                assertThat(assigned.assignment().podId()).isEqualTo(pod.id());
            });
        });
    }

    @Test
    void deltasChainWithoutGaps() {
        cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.deploy("p2", 1, Unplaced.FAIL_FAST);
        cluster.act("p1", PodAction.TERMINATE);
        long applied = -1;
        for (Effect effect : cluster.effects) {
            if (effect instanceof Effect.SendDesired sent) {
                assertThat(sent.full() || sent.baseRevision() == applied).isTrue();
                applied = sent.revision();
            }
        }
        assertThat(applied).isEqualTo(cluster.host("a").desiredRevision());
    }

    @Test
    void unitsAreFreeOnlyAfterTheHostsProof() {
        Pod pod = running("p1", 8);
        cluster.act("p1", PodAction.PAUSE);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPING);
        cluster.report("a", pod, Phase.STOPPING);
        assertThat(cluster.free("a")).isZero();
        cluster.report("a", pod, Phase.ENDED);
        assertThat(cluster.free("a")).isEqualTo(8);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.USER);
    }

    @Test
    void runKeepsIdentityAndRaisesTheIncarnation() {
        Pod first = running("p1", 2);
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", first, Phase.ENDED);
        Pod again = pod(cluster.act("p1", PodAction.RUN));
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.placement().incarnation()).isEqualTo(2);
        cluster.report("a", first, Phase.GONE);
        assertThat(cluster.pod("p1").state())
                .as("a report of the old incarnation")
                .isEqualTo(PodState.INITIALIZING);
        cluster.report("a", again, Phase.RUNNING);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void runWaitsInTheQueueWhenTheHostIsFull() {
        Pod first = running("p1", 8);
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", first, Phase.ENDED);
        Pod other = running("p2", 8);
        assertThat(pod(cluster.act("p1", PodAction.RUN)).status().detail()).isEqualTo(PodDetail.QUEUED);
        cluster.act("p2", PodAction.TERMINATE);
        cluster.report("a", other, Phase.GONE);
        assertThat(cluster.pod("p2").state()).isEqualTo(PodState.TERMINATED);
        assertThat(cluster.pod("p1").placement().incarnation()).isEqualTo(2);
    }

    @Test
    void failFastEndsInFailedWhenNothingIsFree() {
        running("p1", 8);
        Pod pod = cluster.deploy("p2", 1, Unplaced.FAIL_FAST);
        assertThat(pod.state()).isEqualTo(PodState.FAILED);
        assertThat(pod.status().reason()).isEqualTo(Reason.INSUFFICIENT_RESOURCES);
        assertThat(pod.status().message()).contains("BUSY");
    }

    @Test
    void whatNoHostCouldEverTakeIsRefusedWithTheRule() {
        Reply reply = cluster.submit(spec("p", ResourceRequest.gpus(9), Unplaced.FAIL_FAST), "p9", "k");
        assertThat(reply).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE);
            assertThat(refused.message()).contains("1 host").contains("GPU_COUNT");
        });
        assertThat(cluster.engine.cluster().pod(new PodId("p9"))).isNull();
        Reply queued = cluster.submit(spec("p", ResourceRequest.gpus(9), Unplaced.QUEUE), "p9", "k2");
        assertThat(queued)
                .isInstanceOfSatisfying(
                        Reply.PodReply.class,
                        accepted -> assertThat(accepted.warnings())
                                .singleElement()
                                .asString()
                                .contains("GPU_COUNT"));
    }

    @Test
    void aQueuedPodWithRemainsOnAHostIsTerminatedOnlyWhenTheyAreGone() {
        Pod pod = running("p1", 4);
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", pod, Phase.ENDED);
        running("p2", 8);
        cluster.act("p1", PodAction.RUN);
        assertThat(cluster.pod("p1").isQueued()).isTrue();
        cluster.act("p1", PodAction.TERMINATE);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.TERMINATING);
        cluster.report("a", pod, Phase.GONE);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void queueIsServedByPriorityThenAge() {
        Pod holder = running("p1", 8);
        cluster.deploy("old", 8, Unplaced.QUEUE);
        cluster.nowMillis++;
        cluster.deploy("young", 8, Unplaced.QUEUE);
        cluster.act("p1", PodAction.TERMINATE);
        cluster.report("a", holder, Phase.GONE);
        assertThat(cluster.pod("old").placement().incarnation()).isEqualTo(1);
        assertThat(cluster.pod("young").isQueued()).isTrue();
    }

    @Test
    void aRepeatedRequestHasOneEffect() {
        Reply first = cluster.submit(spec("x", ResourceRequest.gpus(1), Unplaced.FAIL_FAST), "p1", "same");
        int records = cluster.journal.size();
        Reply again = cluster.submit(spec("x", ResourceRequest.gpus(1), Unplaced.FAIL_FAST), "p2", "same");
        assertThat(pod(again).id()).isEqualTo(pod(first).id());
        assertThat(cluster.journal).hasSize(records);
        Reply other = cluster.submit(spec("y", ResourceRequest.gpus(2), Unplaced.FAIL_FAST), "p3", "same");
        assertThat(other)
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.ALREADY_EXISTS));
    }

    @Test
    void aFailedFirstStartIsFinalAndFreesItsUnits() {
        Pod pod = cluster.deploy("p1", 3, Unplaced.FAIL_FAST);
        cluster.report("a", pod, Phase.START_FAILED);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.FAILED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.INVALID_IMAGE);
        assertThat(cluster.free("a")).isEqualTo(8);
        cluster.report("a", pod, Phase.GONE);
        assertThat(cluster.engine.cluster().assignments(new HostId("a"))).isEmpty();
    }

    @Test
    void aFailedLaterStartLeadsBackToStopped() {
        Pod pod = running("p1", 1);
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", pod, Phase.ENDED);
        Pod again = pod(cluster.act("p1", PodAction.RUN));
        cluster.report("a", again, Phase.START_FAILED);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.free("a")).isEqualTo(8);
    }

    @Test
    void aProcessThatEndsBeforeItWasSeenRunningIsNotAFailedStart() {
        Pod pod = cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.report("a", pod, Phase.ENDED);
        Pod ended = cluster.pod("p1");
        assertThat(ended.state()).isEqualTo(PodState.STOPPED);
        assertThat(ended.status().reason()).isEqualTo(Reason.CONTAINER_EXITED);
        assertThat(ended.status().exitCode()).isZero();
        assertThat(ended.hasRun()).isTrue();
    }

    @Test
    void aSilentHostGetsNoNewPods() {
        cluster.nowMillis += 15_000;
        cluster.step(new Event.Ticked(cluster.nowMillis));
        assertThat(cluster.deploy("p1", 1, Unplaced.FAIL_FAST).state()).isEqualTo(PodState.FAILED);
        assertThat(cluster.deploy("p2", 1, Unplaced.QUEUE).isQueued()).isTrue();
        cluster.step(new Event.HostHeard(new HostId("a"), epoch, cluster.nowMillis));
        cluster.step(new Event.Ticked(cluster.nowMillis));
        assertThat(cluster.pod("p2").placement().incarnation()).isEqualTo(1);
    }

    @Test
    void aNewSessionEndsTheOldOneAndGetsTheWholeSet() {
        Pod pod = running("p1", 1);
        long newEpoch = cluster.dial("a", inventory("RTX 4090", 8, 128, 720, "GPU-a"));
        assertThat(newEpoch).isEqualTo(epoch + 1);
        assertThat(cluster.effects.getLast())
                .isEqualTo(new Effect.EndSession(new HostId("a"), epoch, "superseded by a newer session of the host"));
        assertThat(cluster.step(new Event.HostHeard(new HostId("a"), epoch, cluster.nowMillis)))
                .isEqualTo(new Reply.Heard(false));
        cluster.report("a", newEpoch, true, TestCluster.observed(pod, Phase.RUNNING));
        assertThat(cluster.effects)
                .filteredOn(Effect.SendDesired.class::isInstance)
                .last()
                .satisfies(effect -> {
                    Effect.SendDesired sent = (Effect.SendDesired) effect;
                    assertThat(sent.full()).isTrue();
                    assertThat(sent.assignments()).hasSize(1);
                });
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void aRunningPodThatItsHostNoLongerKnowsIsStoppedAndItsUnitsAreFree() {
        running("p1", 4);
        long newEpoch = cluster.dial("a", inventory("RTX 4090", 8, 128, 720, "GPU-a"));
        cluster.report("a", newEpoch, true, new ObservedPod[0]);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.free("a")).isEqualTo(8);
    }

    @Test
    void aPodThatItsHostHasNotHeardOfYetSurvivesAFullReport() {
        long newEpoch = cluster.dial("a", inventory("RTX 4090", 8, 128, 720, "GPU-a"));
        cluster.report("a", newEpoch, true, new ObservedPod[0]);
        Pod pod = cluster.deploy("p1", 4, Unplaced.FAIL_FAST);
        long third = cluster.dial("a", inventory("RTX 4090", 8, 128, 720, "GPU-a"));
        cluster.report("a", third, true, new ObservedPod[0]);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.INITIALIZING);
        assertThat(cluster.free("a")).isEqualTo(4);
        cluster.report("a", pod, Phase.RUNNING);
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void bestFitKeepsWholeHostsWhole() {
        cluster.join("b", inventory("RTX 4090", 8, 128, 720, "GPU-b"));
        cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        cluster.deploy("p2", 1, Unplaced.FAIL_FAST);
        assertThat(cluster.free("a")).isEqualTo(6);
        assertThat(cluster.deploy("p3", 8, Unplaced.FAIL_FAST).placement().hostId())
                .isEqualTo(new HostId("b"));
    }

    @Test
    void replayOfTheJournalGivesTheSameState() {
        Pod pod = running("p1", 2);
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", pod, Phase.ENDED);
        cluster.act("p1", PodAction.RUN);
        cluster.deploy("p2", 8, Unplaced.QUEUE);
        cluster.deploy("p3", 8, Unplaced.FAIL_FAST);
        ClusterState replayed = new ClusterState();
        cluster.journal.forEach(replayed::apply);
        assertThat(replayed.snapshot()).isEqualTo(cluster.engine.state().snapshot());
        ClusterState restored = ClusterState.restore(replayed.snapshot());
        assertThat(restored.snapshot()).isEqualTo(replayed.snapshot());
        assertThat(restored.freeUnits(new HostId("a"))).isEqualTo(cluster.free("a"));
    }

    @Test
    void whatEndedADayAgoIsForgottenButNothingThatLives() {
        Pod pod = running("p1", 2);
        cluster.deploy("p2", 8, Unplaced.FAIL_FAST);
        assertThat(cluster.pod("p2").state()).isEqualTo(PodState.FAILED);
        cluster.nowMillis += 25L * 3_600_000;
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", pod, Phase.ENDED);
        assertThat(cluster.engine.cluster().pod(new PodId("p2"))).isNull();
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
    }

    private Pod running(String id, int gpus) {
        Pod pod = cluster.deploy(id, gpus, Unplaced.FAIL_FAST);
        cluster.report("a", pod, Phase.RUNNING);
        assertThat(cluster.pod(id).state()).isEqualTo(PodState.RUNNING);
        return cluster.pod(id);
    }

    @Test
    void theOwnersTableOfActionsHolds() {
        running("p1", 1);
        assertThat(cluster.act("p1", PodAction.RUN)).isInstanceOf(Reply.PodReply.class);
        cluster.act("p1", PodAction.PAUSE);
        assertThat(cluster.act("p1", PodAction.RUN)).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION);
            assertThat(refused.message()).contains("STOPPING").contains("TERMINATE");
        });
        assertThat(cluster.act("nosuch", PodAction.RUN))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.NOT_FOUND));
    }

    @Test
    void aNameMeansTheLivingPodAndElseTheOneThatEndedLast() {
        cluster.join("b", inventory("RTX A4000", 1, 8, 64, "GPU-b"));
        for (String id : List.of("first", "second")) {
            cluster.submit(spec("twin", ResourceRequest.gpus(1), Unplaced.FAIL_FAST), id, id);
        }
        assertThat(cluster.act("twin", PodAction.TERMINATE))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused ->
                                assertThat(refused.message()).contains("first").contains("second"));
        end("first");
        assertThat(pod(cluster.act("twin", PodAction.TERMINATE)).id().value()).isEqualTo("second");
        cluster.nowMillis++;
        end("second");
        assertThat(pod(cluster.act("twin", PodAction.TERMINATE)).id().value()).isEqualTo("second");
    }

    private void end(String id) {
        cluster.act(id, PodAction.TERMINATE);
        Pod pod = cluster.pod(id);
        HostId host = pod.placement().hostId();
        assertThat(host).isNotNull();
        cluster.report(String.valueOf(host), pod, Phase.GONE);
        assertThat(cluster.pod(id).state()).isEqualTo(PodState.TERMINATED);
    }
}
