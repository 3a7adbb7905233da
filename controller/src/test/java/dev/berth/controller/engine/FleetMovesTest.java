package dev.berth.controller.engine;

import static dev.berth.controller.engine.DeploymentCluster.replicas;
import static dev.berth.controller.engine.TestCluster.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.Snapshot;
import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Goal;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetMovesTest {
    private static final HostId A = new HostId("a");

    private final FleetWorld fleet = new FleetWorld();

    @BeforeEach
    void twoHosts() {
        fleet.join("a", 4);
        fleet.join("b", 4);
        fleet.pass(200);
    }

    private Availability availability(String host) {
        return fleet.cluster.host(host).standing().availability();
    }

    private static void assertRefused(Reply reply, Reply.Kind kind, String part) {
        assertThat(reply).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(kind);
            assertThat(refused.message()).contains(part);
        });
    }

    @Test
    void aCordonedHostGetsNoNewPodsAndKeepsThoseItHas() {
        Pod pod = fleet.running("p1", 1);
        assertThat(FleetWorld.hostOf(pod)).isEqualTo("a");
        fleet.act("a", HostAction.CORDON);
        assertThat(FleetWorld.hostOf(fleet.cluster.deploy("p2", 1, Unplaced.FAIL_FAST)))
                .isEqualTo("b");
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.RUNNING);
        assertThat(fleet.events("a")).containsExactly("cordoned: no new pods");
    }

    @Test
    void uncordoningLetsWaitingPodsIn() {
        fleet.act("a", HostAction.CORDON);
        fleet.act("b", HostAction.CORDON);
        assertThat(fleet.cluster.deploy("p1", 1, Unplaced.QUEUE).isQueued()).isTrue();
        fleet.act("b", HostAction.UNCORDON);
        assertThat(FleetWorld.hostOf(fleet.cluster.pod("p1"))).isEqualTo("b");
    }

    @Test
    void theSameCommandAgainIsASuccessWithoutEffect() {
        fleet.act("a", HostAction.CORDON);
        assertThat(fleet.act("a", HostAction.CORDON)).isInstanceOf(Reply.HostReply.class);
        assertThat(fleet.events("a")).hasSize(1);
    }

    @Test
    void aRepeatedRequestHasOneEffectAndAUsedKeyIsRefused() {
        fleet.act("a", HostAction.CORDON, 0, "key");
        fleet.act("a", HostAction.UNCORDON);
        assertThat(fleet.act("a", HostAction.CORDON, 0, "key")).isInstanceOf(Reply.HostReply.class);
        assertThat(availability("a")).isEqualTo(Availability.OPEN);
        assertRefused(fleet.act("b", HostAction.CORDON, 0, "key"), Reply.Kind.ALREADY_EXISTS, "key");
        assertThat(availability("b")).isEqualTo(Availability.OPEN);
    }

    @Test
    void anUnknownHostIsRefused() {
        assertRefused(fleet.act("nosuch", HostAction.DRAIN), Reply.Kind.NOT_FOUND, "\"nosuch\"");
    }

    @Test
    void maintenanceIsRefusedWhilePodsHoldUnits() {
        Pod pod = fleet.running("p1", 1);
        assertRefused(fleet.act("a", HostAction.MAINTAIN), Reply.Kind.FAILED_PRECONDITION, "p1");
        assertThat(availability("a")).isEqualTo(Availability.OPEN);
        fleet.cluster.act("p1", PodAction.TERMINATE);
        fleet.cluster.report("a", pod, Phase.GONE);
        assertThat(fleet.act("a", HostAction.MAINTAIN)).isInstanceOf(Reply.HostReply.class);
        assertThat(availability("a")).isEqualTo(Availability.MAINTENANCE);
        assertThat(FleetWorld.hostOf(fleet.cluster.deploy("p2", 1, Unplaced.FAIL_FAST)))
                .isEqualTo("b");
    }

    @Test
    void aHostThatAnswersCannotBeGivenUp() {
        assertRefused(fleet.act("a", HostAction.GIVE_UP), Reply.Kind.FAILED_PRECONDITION, "READY");
        fleet.pass(30, "a");
        assertRefused(fleet.act("a", HostAction.GIVE_UP), Reply.Kind.FAILED_PRECONDITION, "SUSPECT");
        assertThat(availability("a")).isEqualTo(Availability.OPEN);
    }

    @Test
    void givingAHostUpReplacesElasticPodsAtOnceAndStopsAllOthers() {
        fleet.world.create(replicas(1));
        fleet.world.runAll();
        Pod member = fleet.world.live().getFirst();
        Pod pinned = fleet.running("p1", 2);
        assertThat(FleetWorld.hostOf(pinned)).isEqualTo("a");
        fleet.pass(70, "a");
        assertThat(fleet.act("a", HostAction.GIVE_UP)).isInstanceOf(Reply.HostReply.class);
        assertThat(fleet.now(member).state()).isEqualTo(PodState.TERMINATED);
        assertThat(fleet.now(member).status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(fleet.membersOn("b")).hasSize(1);
        Pod stopped = fleet.cluster.pod("p1");
        assertThat(stopped.state()).isEqualTo(PodState.STOPPED);
        assertThat(stopped.status().reason()).isEqualTo(Reason.HOST_LOST);
        assertThat(stopped.status().message()).contains("root");
        assertThat(fleet.cluster.free("a")).isEqualTo(4);
        assertThat(availability("a")).isEqualTo(Availability.MAINTENANCE);
    }

    @Test
    void aGivenUpPodRunsElsewhereAndItsRemainsAreRemovedIfTheHostReturns() {
        Pod pinned = fleet.running("p1", 2);
        fleet.pass(70, "a");
        fleet.act("a", HostAction.GIVE_UP);
        fleet.cluster.act("p1", PodAction.RUN);
        assertThat(FleetWorld.hostOf(fleet.cluster.pod("p1"))).isEqualTo("b");
        fleet.returns("a", 4, observed(pinned, Phase.RUNNING));
        assertThat(fleet.cluster.engine.cluster().assignments(A))
                .singleElement()
                .satisfies(assignment -> assertThat(assignment.goal().name()).isEqualTo("REMOVE"));
        assertThat(fleet.cluster.pod("p1").placement().incarnation()).isEqualTo(2);
        fleet.cluster.report("a", pinned, Phase.GONE);
        assertThat(fleet.cluster.engine.cluster().assignments(A)).isEmpty();
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.INITIALIZING);
    }

    @Test
    void thePodOfAGivenUpHostEndsAtOnceAndItsVolumesGoToTheTrash() {
        Pod pod = stoppedOnGivenUpA();
        VolumeId volume =
                fleet.cluster.engine.cluster().volumesOf(pod.id()).getFirst().id();
        fleet.cluster.act("p1", PodAction.TERMINATE);
        Pod ended = fleet.cluster.pod("p1");
        assertThat(ended.state()).isEqualTo(PodState.TERMINATED);
        assertThat(ended.status().message()).contains("its host was given up");
        assertThat(fleet.cluster.engine.cluster().copiesOf(volume))
                .extracting(VolumeCopy::goal)
                .containsExactly(CopyGoal.TRASH);
        assertThat(fleet.cluster.engine.cluster().assignments(A))
                .as("for a return of the host")
                .extracting(Assignment::goal)
                .containsExactly(Goal.REMOVE);
        fleet.returns("a", 4, observed(pod, Phase.RUNNING));
        fleet.cluster.report("a", pod, Phase.GONE);
        assertThat(fleet.cluster.engine.cluster().assignments(A)).isEmpty();
    }

    @Test
    void aQueuedRunWhoseLastHostWasGivenUpEndsAtOnce() {
        stoppedOnGivenUpA();
        fleet.cluster.deploy("all", 4, Unplaced.FAIL_FAST);
        fleet.cluster.act("p1", PodAction.RUN);
        assertThat(fleet.cluster.pod("p1").isQueued()).isTrue();
        fleet.cluster.act("p1", PodAction.TERMINATE);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void onceTheHostHasReturnedItsProofIsWaitedForAgain() {
        Pod pod = stoppedOnGivenUpA();
        fleet.returns("a", 4, observed(pod, Phase.ENDED));
        fleet.cluster.act("p1", PodAction.TERMINATE);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.TERMINATING);
        fleet.cluster.report("a", pod, Phase.GONE);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.TERMINATED);
    }

    @Test
    void aPodThatEndedOnAGivenUpHostIsForgottenAndItsRemainsAreNot() {
        Pod pod = stoppedOnGivenUpA();
        fleet.cluster.act("p1", PodAction.TERMINATE);
        fleet.cluster.nowMillis += 25 * VolumeWorld.HOUR;
        fleet.act("b", HostAction.CORDON);
        assertThat(fleet.cluster.engine.cluster().pod(pod.id())).isNull();
        Snapshot snapshot = fleet.cluster.engine.state().snapshot();
        assertThat(ClusterState.restore(snapshot).snapshot()).isEqualTo(snapshot);
        fleet.returns("a", 4, observed(pod, Phase.ENDED));
        assertThat(fleet.cluster.effects)
                .filteredOn(Effect.SendDesired.class::isInstance)
                .last()
                .satisfies(effect -> assertThat(((Effect.SendDesired) effect).assignments())
                        .extracting(assigned -> assigned.assignment().goal())
                        .containsExactly(Goal.REMOVE));
        fleet.cluster.report("a", pod, Phase.GONE);
        assertThat(fleet.cluster.engine.cluster().assignments(A)).isEmpty();
    }

    private Pod stoppedOnGivenUpA() {
        fleet.cluster.submit(VolumeWorld.spec("p1", 2, 100, 0), "p1", "p1");
        Pod pod = fleet.cluster.pod("p1");
        fleet.cluster.report("a", pod, Phase.RUNNING);
        fleet.pass(70, "a");
        fleet.act("a", HostAction.GIVE_UP);
        assertThat(fleet.cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        return pod;
    }

    @Test
    void givenUpHostsCountForNoBrake() {
        fleet.join("c", 1);
        fleet.pass(70, "a", "b");
        fleet.act("a", HostAction.GIVE_UP);
        fleet.pass(200, "a", "b");
        assertThat(fleet.cluster.engine.liveness().warnings()).isEmpty();
    }

    @Test
    void replayOfTheCommandsGivesTheSameState() {
        fleet.running("p1", 2);
        fleet.drain("b", 60);
        fleet.pass(70, "a");
        fleet.act("a", HostAction.GIVE_UP);
        ClusterState replayed = new ClusterState();
        fleet.cluster.journal.forEach(replayed::apply);
        assertThat(replayed.snapshot()).isEqualTo(fleet.cluster.engine.state().snapshot());
    }
}
