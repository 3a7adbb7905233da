package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.job;
import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.pod.PodMachine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final FleetWorld fleet = new FleetWorld();

    @BeforeEach
    void twoHosts() {
        fleet.join("a", 4);
        fleet.join("b", 4);
    }

    private void deploy(int replicas) {
        fleet.world.create(replicas(replicas));
        fleet.world.runAll();
        assertThat(fleet.membersOn("a")).hasSize(replicas);
    }

    @Test
    void membersAreReplacedElsewhereOneByOneBeforeTheyAreEnded() {
        deploy(3);
        fleet.drain("a", 600);
        for (int moved = 1; moved <= 3; moved++) {
            assertThat(fleet.world.live()).as("one more than wanted").hasSize(4);
            assertThat(fleet.membersOn("b")).hasSize(moved);
            assertThat(fleet.runningMembers()).isEqualTo(3);
            fleet.world.runAll();
            assertThat(fleet.world.census().ending()).isEqualTo(1);
            assertThat(fleet.runningMembers()).as("never fewer than wanted").isEqualTo(3);
            fleet.world.endAsked();
        }
        assertThat(fleet.membersOn("a")).isEmpty();
        assertThat(fleet.world.live()).hasSize(3);
        assertThat(fleet.events("a")).last().asString().startsWith("drained");
        assertThat(fleet.cluster.host("a").standing()).isEqualTo(new Standing(Availability.DRAINING, 0));
        fleet.pass(700);
        assertThat(fleet.runningMembers()).isEqualTo(3);
    }

    @Test
    void whereThereIsNoRoomMembersRunOnToTheDeadline() {
        deploy(3);
        fleet.running("big", 4);
        fleet.drain("a", 600);
        fleet.pass(599);
        assertThat(fleet.runningMembers()).isEqualTo(3);
        assertThat(fleet.world.census().pending()).isEqualTo(1);
        fleet.pass(1);
        assertThat(fleet.membersOn("a")).allSatisfy(pod -> {
            assertThat(pod.state()).isEqualTo(PodState.TERMINATING);
            assertThat(pod.status().reason()).isEqualTo(Reason.REPLACED);
        });
        fleet.world.endAsked();
        assertThat(fleet.world.live()).hasSize(3).allMatch(Pod::isQueued);
        assertThat(fleet.cluster.free("a")).isEqualTo(4);
    }

    @Test
    void aDrainThatIsCalledOffLeavesAsManyAsWanted() {
        deploy(3);
        fleet.running("big", 4);
        fleet.drain("a", 600);
        assertThat(fleet.world.live()).hasSize(4);
        fleet.act("a", HostAction.UNCORDON);
        assertThat(fleet.world.live()).hasSize(3).allMatch(pod -> pod.state() == PodState.RUNNING);
        fleet.pass(700);
        assertThat(fleet.runningMembers()).isEqualTo(3);
    }

    @Test
    void membersOfJobsRunOnToTheDeadlineAndAreThenReplaced() {
        fleet.world.create(job(2, 2, Completion.ANY_EXIT, 6));
        fleet.world.runAll();
        fleet.drain("a", 60);
        fleet.pass(59);
        assertThat(fleet.world.live()).hasSize(2).allMatch(pod -> pod.state() == PodState.RUNNING);
        fleet.pass(1);
        assertThat(fleet.world.live())
                .hasSize(2)
                .allSatisfy(pod -> assertThat(pod.status().reason()).isEqualTo(Reason.REPLACED));
        fleet.world.endAsked();
        assertThat(fleet.world.progress().completions()).isZero();
        assertThat(fleet.membersOn("b")).hasSize(2);
    }

    @Test
    void pinnedPodsArePausedAtTheDeadlineAndNotBefore() {
        Pod pod = fleet.running("p1", 2);
        fleet.drain("a", 60);
        fleet.pass(59);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
        fleet.pass(1);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPING);
        assertThat(fleet.cluster.pod("p1").status().desired()).isEqualTo(DesiredState.STOPPED);
        assertThat(fleet.cluster.pod("p1").status().reason()).isEqualTo(Reason.ADMIN);
        fleet.cluster.report("a", pod, Phase.ENDED);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        assertThat(fleet.events("a")).last().asString().startsWith("drained");
    }

    @Test
    void aPodThatIsOnlyStartingIsPausedAsWell() {
        Pod pod = fleet.cluster.deploy("p1", 1, Unplaced.FAIL_FAST);
        fleet.drain("a", 0);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPING);
        fleet.cluster.report("a", pod, Phase.GONE);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
    }

    @Test
    void anEmptyHostIsDrainedAtOnceAndStaysClosed() {
        fleet.drain("a", 600);
        assertThat(fleet.events("a")).hasSize(2);
        assertThat(FleetWorld.hostOf(fleet.cluster.deploy("p1", 1, Unplaced.FAIL_FAST)))
                .isEqualTo("b");
        fleet.drain("a", 600);
        assertThat(fleet.events("a")).as("nothing left to do").hasSize(2);
        fleet.act("a", HostAction.UNCORDON);
        assertThat(fleet.cluster.host("a").standing()).isEqualTo(Standing.OPEN);
    }

    @Test
    void askingAgainMovesTheDeadline() {
        fleet.running("p1", 1);
        fleet.drain("a", 60);
        fleet.drain("a", 120);
        fleet.pass(119);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
        fleet.pass(1);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPING);
    }

    @Test
    void aDrainGoesOnAfterARestartOfTheController() {
        fleet.running("p1", 1);
        fleet.drain("a", 60);
        long nowMillis = fleet.cluster.nowMillis + 61_000;
        Engine restarted = new Engine(fleet.cluster.engine.state(), Timings.DEFAULT, nowMillis, 100);
        restarted.begin("", nowMillis);
        restarted.step(new Event.Ticked(nowMillis + 1_000));
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPING);
    }

    @Test
    void theRunOfAPodThatWasStoppedAmidItsFirstStartCanBePaused() {
        Pod pod = fleet.cluster.deploy("p1", 4, Unplaced.FAIL_FAST);
        fleet.drain("a", 0);
        fleet.cluster.report("a", pod, Phase.ENDED);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        fleet.cluster.deploy("all", 4, Unplaced.FAIL_FAST);
        fleet.cluster.act("p1", PodAction.RUN);
        Pod queued = fleet.cluster.pod("p1");
        assertThat(queued.isQueued()).isTrue();
        assertThat(queued.hasRun()).isFalse();
        assertThat(PodMachine.allowedActions(queued)).contains(PodAction.PAUSE);
        fleet.cluster.act("p1", PodAction.PAUSE);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
    }
}
