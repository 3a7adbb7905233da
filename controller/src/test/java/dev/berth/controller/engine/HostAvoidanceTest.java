package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Unplaced;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostAvoidanceTest {
    private static final Actor USER = new Actor(Actor.Kind.USER, "test");
    private static final long MINUTE = 60_000;
    private final FleetWorld fleet = new FleetWorld();

    @BeforeEach
    void oneHostWithAPod() {
        fleet.join("a", 4);
        fleet.running("p1", 1);
    }

    private Reply avoid(String pod, long minutes, String key) {
        RequestKey request = new RequestKey(TENANT, "AvoidPodHost", key, pod + minutes);
        return fleet.cluster.step(
                new Event.HostAvoidAsked(request, USER, pod, minutes * MINUTE, fleet.cluster.nowMillis));
    }

    @Test
    void newPodsStayOffTheHostUntilTheTimeIsOver() {
        assertThat(avoid("p1", 10, "k1"))
                .isEqualTo(new Reply.AvoidReply(new HostId("a"), fleet.cluster.nowMillis + 10 * MINUTE));
        assertThat(fleet.cluster.deploy("p2", 1, Unplaced.QUEUE).isQueued()).isTrue();
        fleet.pass(599);
        assertThat(fleet.cluster.pod("p2").isQueued()).isTrue();
        fleet.pass(1);
        assertThat(FleetWorld.hostOf(fleet.cluster.pod("p2"))).isEqualTo("a");
    }

    @Test
    void askingAgainMovesTheEnd() {
        avoid("p1", 10, "k1");
        fleet.cluster.deploy("p2", 1, Unplaced.QUEUE);
        fleet.pass(300);
        avoid("p1", 10, "k2");
        fleet.pass(599);
        assertThat(fleet.cluster.pod("p2").isQueued()).isTrue();
        fleet.pass(1);
        assertThat(fleet.cluster.pod("p2").isQueued()).isFalse();
    }

    @Test
    void aRepeatedRequestGetsItsFirstAnswer() {
        Reply first = avoid("p1", 10, "k1");
        fleet.pass(60);
        int records = fleet.cluster.journal.size();
        assertThat(avoid("p1", 10, "k1")).isEqualTo(first);
        assertThat(fleet.cluster.journal).hasSize(records);
        assertThat(avoid("p1", 11, "k1"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.ALREADY_EXISTS));
    }

    @Test
    void aPodThatWasNeverOnAHostHasNoneToAvoid() {
        fleet.cluster.deploy("p2", 9, Unplaced.QUEUE);
        assertThat(avoid("p2", 10, "k1"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION));
        assertThat(avoid("nosuch", 10, "k2"))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Reply.Kind.NOT_FOUND));
    }

    @Test
    void theEndIsNotForgottenByARestart() {
        avoid("p1", 10, "k1");
        fleet.cluster.deploy("p2", 1, Unplaced.QUEUE);
        ClusterState state = ClusterState.restore(fleet.cluster.engine.state().snapshot());
        assertThat(state.nextAvoidanceEnd(fleet.cluster.nowMillis)).isEqualTo(fleet.cluster.nowMillis + 10 * MINUTE);
        Engine restarted = new Engine(state, Timings.DEFAULT, fleet.cluster.nowMillis, 100);
        restarted.begin("", fleet.cluster.nowMillis);
        assertThat(restarted.cluster().avoidedHosts(TENANT, fleet.cluster.nowMillis))
                .containsExactly(new HostId("a"));
    }
}
