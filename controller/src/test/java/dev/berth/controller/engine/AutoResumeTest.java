package dev.berth.controller.engine;

import static dev.berth.controller.engine.QueueFixture.spot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.ObservedPod.StepLine;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutoResumeTest {
    private final QueueFixture world = new QueueFixture();

    @BeforeEach
    void aSpotPodGivesWay() {
        world.host("a", 8);
        world.run("s", spot(8, 20), new QueueTerms(Unplaced.QUEUE, 0, 0, 0, true));
        world.deploy("on-demand", ResourceRequest.gpus(8), QueueTerms.FAIL_FAST);
        assertThat(world.cluster.pod("s").state()).isEqualTo(PodState.STOPPING);
    }

    @Test
    void aPodThatItsOwnerPausesWhileItGivesWayDoesNotQueueAgain() {
        world.cluster.act("s", PodAction.PAUSE);
        world.ends("s");
        assertThat(world.isPlaced("on-demand")).isTrue();
        assertThat(world.cluster.pod("s").state()).isEqualTo(PodState.STOPPED);
        assertThat(world.cluster.pod("s").status().reason()).isEqualTo(Reason.USER);
        world.cluster.act("s", PodAction.RUN);
        assertThat(world.isWaiting("s")).as("until its owner says so").isTrue();
    }

    @Test
    void aPodThatGivesWayAndLosesItsGpuMeanwhileQueuesAgain() {
        HostId host = new HostId("a");
        long epoch = Objects.requireNonNull(world.cluster.engine.liveness().session(host))
                .epoch();
        world.cluster.step(new Event.HostReported(
                host,
                epoch,
                2,
                false,
                List.of(),
                TestCluster.inventory(QueueFixture.MODEL, 7, 7, 7, "GPU-a-"),
                null,
                world.cluster.nowMillis));
        world.ends("s");
        assertThat(world.isWaiting("s")).isTrue();
    }

    @Test
    void whatHostsToldOfAPodIsForgottenWithIt() {
        PodId podId = new PodId("s");
        ObservedPod stopping = TestCluster.observed(world.cluster.pod("s"), Phase.STOPPING);
        long epoch = Objects.requireNonNull(world.cluster.engine.liveness().session(new HostId("a")))
                .epoch();
        world.cluster.report(
                "a",
                epoch,
                false,
                new ObservedPod(
                        podId,
                        1,
                        stopping.phase(),
                        Reason.NONE,
                        "stopping",
                        null,
                        List.of(new StepLine(1, "asked to stop"))));
        world.cluster.act("s", PodAction.TERMINATE);
        world.cluster.report("a", world.cluster.pod("s"), Phase.GONE);
        assertThat(world.cluster.engine.progress().steps(podId))
                .as("as long as its log can be read")
                .hasSize(1);
        world.cluster.nowMillis += 25L * 3_600_000;
        world.queue("later", 8);
        assertThat(world.cluster.engine.cluster().pod(podId)).isNull();
        assertThat(world.cluster.engine.progress().steps(podId)).isEmpty();
    }
}
