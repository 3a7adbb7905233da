package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodState;
import org.junit.jupiter.api.Test;

class ForgottenPodTest {
    @Test
    void anActionOnAPodThatEndedADayAgoIsAnsweredThoughTheSameTurnForgetsThePod() {
        VolumeWorld world = new VolumeWorld();
        world.join("a", 1);
        world.running("p", 1);
        world.terminate("p");
        // Nothing happens for more than a day, so nothing has been forgotten yet.
        world.cluster.nowMillis += 25 * VolumeWorld.HOUR;
        Reply reply = world.cluster.act("p", PodAction.TERMINATE);
        assertThat(TestCluster.pod(reply).state()).isEqualTo(PodState.TERMINATED);
        assertThat(world.cluster.act("p", PodAction.TERMINATE)).isInstanceOf(Reply.Refused.class);
    }
}
