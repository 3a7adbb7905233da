package dev.berth.controller.engine;

import static dev.berth.controller.engine.QueueFixture.spot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreemptionTest {
    private static final long SPOT_MICROS = 180_000;

    private final QueueFixture world = new QueueFixture();

    @BeforeEach
    void oneHostOfEight() {
        world.host("a", 8);
    }

    private Pod spotPod(String id, int units, long bidCents) {
        return world.run(id, spot(units, bidCents), QueueTerms.FAIL_FAST);
    }

    @Test
    void aSpotPodPaysTheSpotPriceAndMustBidIt() {
        assertThat(spotPod("s", 1, 30).placement().gpuHourMicros()).isEqualTo(SPOT_MICROS);
        world.pass(1);
        assertThat(world.deploy("low", spot(1, 10), QueueTerms.QUEUE)
                        .placement()
                        .grant())
                .as("a bid below the spot price")
                .isNull();
    }

    @Test
    void anOnDemandRequestGetsTheUnitsOfTheLowestBidAndNobodyElseDoes() {
        spotPod("dear", 4, 50);
        spotPod("cheap", 4, 20);
        Pod pod = world.deploy("on-demand", ResourceRequest.gpus(4), QueueTerms.FAIL_FAST);
        assertThat(pod.state()).as("it waits although it asked to fail fast").isEqualTo(PodState.INITIALIZING);
        assertThat(world.cluster.pod("cheap").state()).isEqualTo(PodState.STOPPING);
        assertThat(world.cluster.pod("cheap").status().reason()).isEqualTo(Reason.PREEMPTED);
        assertThat(world.cluster.pod("dear").state()).isEqualTo(PodState.RUNNING);
        assertThat(world.reservation("on-demand")).isNotNull().satisfies(kept -> {
            assertThat(kept.hostId()).isEqualTo(new HostId("a"));
            assertThat(kept.preempted()).containsExactly(new PodId("cheap"));
            assertThat(kept.earliestMillis()).isEqualTo(world.cluster.nowMillis + 10_000);
        });
        world.deploy("thief", ResourceRequest.gpus(4), QueueTerms.QUEUE.withPriority(1000));
        world.pass(5);
        assertThat(world.isPlaced("on-demand")).isFalse();
        world.ends("cheap");
        assertThat(world.cluster.pod("cheap").state()).isEqualTo(PodState.STOPPED);
        assertThat(world.cluster.pod("cheap").status().reason()).isEqualTo(Reason.PREEMPTED);
        assertThat(world.isPlaced("on-demand")).isTrue();
        assertThat(world.isWaiting("thief")).isTrue();
        assertThat(world.reservation("on-demand")).isNull();
    }

    @Test
    void noPreemptionThatWouldNotMakeTheRequestFit() {
        world.run("mine", 4);
        spotPod("spot", 4, 20);
        Pod pod = world.deploy("eight", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        assertThat(pod.state()).isEqualTo(PodState.FAILED);
        world.queue("waits", 8);
        world.pass(5);
        assertThat(world.cluster.pod("spot").state()).isEqualTo(PodState.RUNNING);
        world.ends("mine");
        assertThat(world.cluster.pod("spot").state()).as("now it does fit").isEqualTo(PodState.STOPPING);
        world.ends("spot");
        assertThat(world.isPlaced("waits")).isTrue();
    }

    @Test
    void noVictimInsideItsMinRuntime() {
        QueueTerms hour = new QueueTerms(Unplaced.FAIL_FAST, 0, 0, 3_600_000, false);
        world.run("protected", spot(8, 20), hour);
        assertThat(world.deploy("no", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST)
                        .state())
                .isEqualTo(PodState.FAILED);
        world.queue("waits", 8);
        world.pass(3_590);
        assertThat(world.cluster.pod("protected").state()).isEqualTo(PodState.RUNNING);
        world.pass(12);
        assertThat(world.cluster.pod("protected").state()).isEqualTo(PodState.STOPPING);
        world.ends("protected");
        assertThat(world.isPlaced("waits")).isTrue();
    }

    @Test
    void onlyAHigherBidPreempts() {
        spotPod("first", 8, 30);
        assertThat(world.deploy("equal", spot(8, 30), QueueTerms.FAIL_FAST).state())
                .isEqualTo(PodState.FAILED);
        world.deploy("higher", spot(8, 31), QueueTerms.FAIL_FAST);
        assertThat(world.cluster.pod("first").state()).isEqualTo(PodState.STOPPING);
        world.ends("first");
        assertThat(world.isPlaced("higher")).isTrue();
    }

    @Test
    void autoResumeQueuesAgainByItselfAndKeepsItsId() {
        QueueTerms resuming = new QueueTerms(Unplaced.QUEUE, 0, 0, 0, true);
        world.run("s", spot(8, 20), resuming);
        world.deploy("on-demand", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        world.ends("s");
        assertThat(world.isWaiting("s")).isTrue();
        assertThat(world.position("s")).isEqualTo(1);
        world.ends("on-demand");
        assertThat(world.isPlaced("s")).isTrue();
        assertThat(world.cluster.pod("s").placement().incarnation()).isEqualTo(2);
        assertThat(world.cluster.pod("on-demand").placement().incarnation()).isEqualTo(1);
    }

    @Test
    void aVictimThatDidNotRunYetIsStoppedAsWell() {
        world.deploy("starting", spot(8, 20), QueueTerms.FAIL_FAST);
        world.deploy("on-demand", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        assertThat(world.cluster.pod("starting").state()).isEqualTo(PodState.STOPPING);
        world.cluster.report("a", world.cluster.pod("starting"), Phase.GONE);
        assertThat(world.cluster.pod("starting").state()).isEqualTo(PodState.STOPPED);
        assertThat(world.isPlaced("on-demand")).isTrue();
    }

    @Test
    void aHostThatDiesLetsThePreemptorBeServedAnew() {
        spotPod("s", 8, 20);
        world.deploy("fast", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        world.silence("a");
        world.pass(30);
        assertThat(world.reservation("fast")).as("silent for a moment only").isNotNull();
        world.pass(31);
        assertThat(world.reservation("fast")).isNull();
        assertThat(world.cluster.pod("fast").status().reason())
                .as("nothing else is free, and it asked to fail fast")
                .isEqualTo(Reason.INSUFFICIENT_RESOURCES);
    }

    @Test
    void aPreemptorWhoseHostDiesTakesAnotherThatHasJoined() {
        spotPod("s", 8, 20);
        world.deploy("fast", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        world.silence("a");
        world.pass(20);
        world.host("b", 8);
        assertThat(world.isWaiting("fast")).as("its own units are being freed").isTrue();
        world.pass(45);
        assertThat(world.hostOf("fast")).isEqualTo("b");
    }

    @Test
    void aPreemptorThatIsTerminatedLeavesTheUnitsToTheQueue() {
        spotPod("s", 8, 20);
        world.deploy("first", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        world.queue("second", 8);
        assertThat(world.reservation("second")).isNull();
        world.cluster.act("first", PodAction.TERMINATE);
        assertThat(world.reservation("first")).isNull();
        world.ends("s");
        assertThat(world.isPlaced("second")).isTrue();
    }

    @Test
    void severalPreemptorsEachGetTheirOwnUnitsOfOneHost() {
        for (int i = 0; i < 8; i++) {
            spotPod("s" + i, 1, 20);
        }
        for (int i = 0; i < 4; i++) {
            world.deploy("p" + i, ResourceRequest.gpus(2), QueueTerms.FAIL_FAST);
        }
        assertThat(world.deploy("late", ResourceRequest.gpus(1), QueueTerms.FAIL_FAST)
                        .state())
                .isEqualTo(PodState.FAILED);
        for (int i = 0; i < 8; i++) {
            assertThat(world.cluster.pod("s" + i).state()).isEqualTo(PodState.STOPPING);
            world.ends("s" + i);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(world.isPlaced("p" + i)).isTrue();
        }
    }

    @Test
    void anAgedRequestPreemptsOnTheHostThatKeepsUnitsForIt() {
        QueueTerms minutes = new QueueTerms(Unplaced.FAIL_FAST, 0, 0, 300_000, false);
        world.run("protected", spot(4, 20), minutes);
        world.queue("large", 8);
        world.pass(70);
        assertThat(Objects.requireNonNull(world.reservation("large")).preempted())
                .isEmpty();
        world.pass(240);
        assertThat(world.cluster.pod("protected").state()).isEqualTo(PodState.STOPPING);
        world.ends("protected");
        assertThat(world.isPlaced("large")).isTrue();
    }
}
