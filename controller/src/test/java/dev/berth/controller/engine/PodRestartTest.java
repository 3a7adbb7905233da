package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restart and reset: the same units throughout, and no report of an earlier start counts. */
class PodRestartTest {
    private final TestCluster cluster = new TestCluster();
    private long epoch;

    @BeforeEach
    void join() {
        epoch = cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
        Pod pod = cluster.deploy("p1", 2, Unplaced.FAIL_FAST);
        cluster.report("a", pod, Phase.RUNNING);
    }

    private void told(Phase phase, int restarts) {
        ObservedPod seen = observed(cluster.pod("p1"), phase);
        cluster.report(
                "a",
                epoch,
                false,
                new ObservedPod(
                        seen.podId(),
                        seen.incarnation(),
                        phase,
                        seen.failure(),
                        seen.message(),
                        seen.exit(),
                        List.of(),
                        restarts,
                        new TreeSet<>(),
                        List.of()));
    }

    private PodState state() {
        return cluster.pod("p1").state();
    }

    @Test
    void aRestartStartsTheSameContainerAnewWithTheSameUnits() {
        Pod before = cluster.pod("p1");
        Pod restarting = pod(cluster.act("p1", PodAction.RESTART));
        assertThat(restarting.state()).isEqualTo(PodState.INITIALIZING);
        assertThat(restarting.status().detail()).isEqualTo(PodDetail.STARTING);
        assertThat(restarting.status().reason()).isEqualTo(Reason.USER);
        assertThat(restarting.placement()).isEqualTo(before.placement().restarted());
        told(Phase.STARTING, 1);
        cluster.nowMillis += 1_000;
        told(Phase.RUNNING, 1);
        assertThat(state()).isEqualTo(PodState.RUNNING);
        assertThat(cluster.pod("p1").times().runningMillis()).isEqualTo(cluster.nowMillis);
        assertThat(cluster.pod("p1").times().firstRunningMillis())
                .isEqualTo(before.times().firstRunningMillis());
    }

    @Test
    void thatItRanBeforeTheRestartSaysNothingOfIt() {
        cluster.act("p1", PodAction.RESTART);
        told(Phase.RUNNING, 0);
        assertThat(state()).isEqualTo(PodState.INITIALIZING);
        told(Phase.STOPPING, 0);
        assertThat(state()).isEqualTo(PodState.INITIALIZING);
        told(Phase.RUNNING, 1);
        assertThat(state()).isEqualTo(PodState.RUNNING);
        told(Phase.ENDED, 1);
        assertThat(state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.CONTAINER_EXITED);
        assertThat(cluster.free("a")).isEqualTo(2);
    }

    @Test
    void aProcessThatHadEndedBeforeTheRestartReachedItStaysEnded() {
        long ranSince = cluster.pod("p1").times().runningMillis();
        cluster.act("p1", PodAction.RESTART);
        cluster.nowMillis += 1_000;
        told(Phase.ENDED, 0);
        assertThat(state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.CONTAINER_EXITED);
        assertThat(cluster.pod("p1").times().runningMillis()).isEqualTo(ranSince);
        assertThat(cluster.free("a")).isEqualTo(2);
    }

    @Test
    void aPauseMayOvertakeARestart() {
        cluster.act("p1", PodAction.RESTART);
        assertThat(pod(cluster.act("p1", PodAction.PAUSE)).state()).isEqualTo(PodState.STOPPING);
        told(Phase.ENDED, 0);
        assertThat(state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.USER);
        assertThat(cluster.free("a")).isEqualTo(2);
    }

    @Test
    void aRestartWhoseStartFailsStopsThePod() {
        cluster.act("p1", PodAction.RESTART);
        told(Phase.START_FAILED, 1);
        assertThat(state()).isEqualTo(PodState.STOPPED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.INVALID_IMAGE);
    }

    @Test
    void aRestartWhileOneIsUnderWayIsASuccessWithoutEffect() {
        Pod first = pod(cluster.act("p1", PodAction.RESTART));
        Pod again = pod(cluster.act("p1", PodAction.RESTART));
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(pod(cluster.act("p1", PodAction.RESET)).version()).isEqualTo(first.version());
        assertThat(cluster.journal.stream().filter(JournalRecord.PodRestarted.class::isInstance))
                .hasSize(1);
    }

    @Test
    void aResetIsANewIncarnationWhereThePodIs() {
        Pod before = cluster.pod("p1");
        Pod reset = pod(cluster.act("p1", PodAction.RESET));
        assertThat(reset.state()).isEqualTo(PodState.INITIALIZING);
        assertThat(reset.placement().incarnation()).isEqualTo(2);
        assertThat(reset.placement().grant()).isEqualTo(before.placement().grant());
        assertThat(reset.placement().hostId()).isEqualTo(new HostId("a"));
        assertThat(reset.status().message()).contains("reset").contains("test");
        assertThat(Objects.requireNonNull(cluster.engine.cluster().assignment(new HostId("a"), reset.id())))
                .satisfies(assignment -> {
                    assertThat(assignment.incarnation()).isEqualTo(2);
                    assertThat(assignment.goal()).isEqualTo(Goal.RUN);
                });
        cluster.report("a", before, Phase.ENDED);
        cluster.report("a", before, Phase.GONE);
        assertThat(state()).isEqualTo(PodState.INITIALIZING);
        assertThat(cluster.free("a")).isZero();
        cluster.report("a", reset, Phase.RUNNING);
        assertThat(state()).isEqualTo(PodState.RUNNING);
        cluster.report("a", reset, Phase.ENDED);
        assertThat(cluster.free("a")).isEqualTo(2);
    }

    @Test
    void whoAskedForAResetStandsInItsEvent() {
        Pod reset = pod(cluster.act("p1", PodAction.RESET));
        assertThat(reset.status().reason()).isEqualTo(Reason.USER);
        assertThat(cluster.engine.cluster().events(reset.id()).getLast()).satisfies(event -> {
            assertThat(event.actor()).isEqualTo(new Actor(Actor.Kind.USER, "test"));
            assertThat(event.reason()).isEqualTo(Reason.USER);
            assertThat(event.message()).contains("reset asked for by test");
        });
    }

    @Test
    void aResetAfterARestartCountsFromNothing() {
        cluster.act("p1", PodAction.RESTART);
        told(Phase.RUNNING, 1);
        cluster.act("p1", PodAction.RESET);
        assertThat(cluster.pod("p1").placement().restarts()).isZero();
        told(Phase.RUNNING, 0);
        assertThat(state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void onlyARunningPodIsStartedAnew() {
        cluster.act("p1", PodAction.PAUSE);
        for (PodAction action : List.of(PodAction.RESTART, PodAction.RESET)) {
            Reply.Refused refused = TestCluster.refused(cluster.act("p1", action));
            assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION);
            assertThat(refused.message())
                    .contains("STOPPING")
                    .contains(action.name())
                    .contains("allowed now");
        }
        told(Phase.ENDED, 0);
        assertThat(cluster.act("p1", PodAction.RESTART)).isInstanceOf(Reply.Refused.class);
        cluster.deploy("p2", 1, Unplaced.QUEUE);
        assertThat(cluster.act("p2", PodAction.RESTART)).isInstanceOf(Reply.Refused.class);
    }

    private static Pod pod(Reply reply) {
        return TestCluster.pod(reply);
    }
}
