package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Liveness;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostLossTest {
    private static final HostId A = new HostId("a");

    private final FleetWorld fleet = new FleetWorld();

    @BeforeEach
    void threeHostsPastTheGraceOfTheStart() {
        fleet.join("a", 4);
        fleet.join("b", 4);
        fleet.join("c", 4);
        fleet.pass(200);
    }

    private Pod memberOnA() {
        fleet.world.create(replicas(1));
        fleet.world.runAll();
        Pod member = fleet.world.live().getFirst();
        assertThat(FleetWorld.hostOf(member)).isEqualTo("a");
        return member;
    }

    @Test
    void elasticPodsOfALostHostEndAndAreReplacedAndNotASecondBefore() {
        Pod member = memberOnA();
        fleet.pass(119, "a");
        assertThat(fleet.now(member).state()).isEqualTo(PodState.RUNNING);
        fleet.pass(1, "a");
        Pod ended = fleet.now(member);
        assertThat(ended.state()).isEqualTo(PodState.TERMINATED);
        assertThat(ended.status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(fleet.world.live()).singleElement().satisfies(next -> {
            assertThat(FleetWorld.hostOf(next)).isNotEqualTo("a");
            assertThat(next.id()).isNotEqualTo(member.id());
        });
    }

    @Test
    void theUnitsOfALostHostStayClaimedUntilItProvesThemFree() {
        Pod member = memberOnA();
        fleet.pass(130, "a");
        assertThat(fleet.cluster.free("a")).isEqualTo(3);
        assertThat(Objects.requireNonNull(fleet.cluster.engine.cluster().assignment(A, member.id()))
                        .goal())
                .isEqualTo(Goal.REMOVE);
        fleet.returns("a", 4, observed(member, Phase.RUNNING));
        assertThat(fleet.cluster.free("a")).isEqualTo(3);
        assertThat(fleet.cluster.effects)
                .filteredOn(Effect.SendDesired.class::isInstance)
                .last()
                .satisfies(effect -> assertThat(((Effect.SendDesired) effect).assignments())
                        .singleElement()
                        .satisfies(assigned ->
                                assertThat(assigned.assignment().goal()).isEqualTo(Goal.REMOVE)));
        fleet.cluster.report("a", member, Phase.ENDED);
        assertThat(fleet.cluster.free("a")).isEqualTo(4);
        fleet.cluster.report("a", member, Phase.GONE);
        assertThat(fleet.cluster.engine.cluster().assignments(A)).isEmpty();
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void aLateExitNeverReopensAPodNorCountsForItsJob() {
        fleet.world.create(job(2, 1, Completion.ANY_EXIT, 6));
        fleet.world.runAll();
        Pod member = fleet.world.live().getFirst();
        fleet.pass(130, "a");
        fleet.returns("a", 4, observed(member, Phase.ENDED));
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATED);
        assertThat(fleet.now(member).status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(fleet.world.progress().completions()).isZero();
        assertThat(fleet.world.live()).hasSize(1);
    }

    @Test
    void pinnedPodsWaitForEverAndGoOnUntouched() {
        Pod pinned = fleet.running("p1", 2);
        int records = fleet.cluster.journal.size();
        fleet.pass(3_600, "a");
        assertThat(fleet.cluster.engine.liveness().liveness(A, fleet.cluster.nowMillis))
                .isEqualTo(Liveness.LOST);
        assertThat(fleet.cluster.journal).hasSize(records);
        fleet.returns("a", 4, observed(pinned, Phase.RUNNING));
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
        assertThat(fleet.cluster.pod("p1").version()).isEqualTo(pinned.version());
        assertThat(fleet.cluster.free("a")).isEqualTo(2);
        assertThat(fleet.cluster.effects)
                .filteredOn(Effect.SendDesired.class::isInstance)
                .last()
                .satisfies(effect -> assertThat(((Effect.SendDesired) effect).assignments())
                        .singleElement()
                        .satisfies(assigned ->
                                assertThat(assigned.assignment().goal()).isEqualTo(Goal.RUN)));
    }

    @Test
    void aHeartbeatThatLayWaitingRenewsNothingOnceTheHostIsLost() {
        memberOnA();
        long epoch = Objects.requireNonNull(fleet.cluster.engine.liveness().session(A))
                .epoch();
        long arrivedMillis = fleet.cluster.nowMillis + 119_000;
        fleet.pass(120, "a");
        assertThat(fleet.cluster.step(new Event.HostHeard(A, epoch, arrivedMillis)))
                .isEqualTo(new Reply.Heard(false));
        assertThat(fleet.cluster.effects)
                .filteredOn(Effect.EndSession.class::isInstance)
                .hasSize(1);
    }

    @Test
    void whenTwoOfThreeFallSilentNothingIsReplaced() {
        Pod member = memberOnA();
        fleet.pass(1_000, "a", "b");
        assertThat(fleet.now(member).state()).isEqualTo(PodState.RUNNING);
        assertThat(fleet.cluster.engine.liveness().warnings()).hasSize(1);
        fleet.pass(1, "a");
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void aControllerThatWasAwayLosesNobody() {
        Pod member = memberOnA();
        fleet.cluster.nowMillis += 600_000;
        fleet.pass(119, "a", "b", "c");
        assertThat(fleet.now(member).state()).isEqualTo(PodState.RUNNING);
        fleet.pass(200);
        assertThat(fleet.now(member).state()).isEqualTo(PodState.RUNNING);
    }

    @Test
    void aMemberThatWasBeingEndedIsEndedByTheLossAndKeepsItsReason() {
        Pod member = memberOnA();
        fleet.world.stop();
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATING);
        fleet.pass(120, "a");
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATED);
        assertThat(fleet.now(member).status().reason()).isEqualTo(Reason.USER);
    }

    @Test
    void aHostThatFlapsHandsNoUnitOutTwice() {
        Pod member = memberOnA();
        Pod pinned = fleet.running("p1", 3);
        assertThat(FleetWorld.hostOf(pinned)).isEqualTo("a");
        for (int round = 0; round < 5; round++) {
            fleet.pass(130, "a");
            fleet.returns("a", 4, observed(member, Phase.STOPPING), observed(pinned, Phase.RUNNING));
            fleet.cluster.deploy("q" + round, 1, Unplaced.QUEUE);
            assertThat(fleet.cluster.free("a")).isZero();
        }
        fleet.cluster.report("a", member, Phase.GONE);
        assertThat(fleet.cluster.free("a")).isEqualTo(1);
        assertThat(List.of("GPU-a0", "GPU-a1", "GPU-a2", "GPU-a3"))
                .filteredOn(unit -> fleet.cluster.engine.cluster().holder(A, unit) != null)
                .hasSize(3);
    }
}
