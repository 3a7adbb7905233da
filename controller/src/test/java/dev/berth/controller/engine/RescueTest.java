package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.Volume;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs without GPUs: where the volumes are and at once, or not at all; one at a time on a host. */
class RescueTest {
    private final TestCluster cluster = new TestCluster();
    private long epoch;

    @BeforeEach
    void join() {
        epoch = cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
    }

    private void stoppedWithVolume(String id) {
        PodSpec spec = TestCluster.spec(id, ResourceRequest.gpus(1), Unplaced.FAIL_FAST)
                .withStorage(new PodStorage(20, 0, 10, "/workspace", Map.of()));
        Pod pod = pod(cluster.submit(spec, id, id));
        cluster.report("a", pod, Phase.RUNNING);
        for (Volume volume : cluster.engine.cluster().volumesOf(pod.id())) {
            if (!volume.whereabouts().proven()) {
                JournalRecord proven =
                        new JournalRecord.VolumeProven(volume.current(), new HostId("a"), cluster.nowMillis);
                cluster.engine.state().apply(proven);
            }
        }
        cluster.act(id, PodAction.PAUSE);
        cluster.report("a", cluster.pod(id), Phase.ENDED);
        assertThat(cluster.pod(id).state()).isEqualTo(PodState.STOPPED);
    }

    @Test
    void aStoppedPodRunsWithoutGpusBesideTheUnitsOfItsHost() {
        stoppedWithVolume("p1");
        cluster.deploy("full", 2, Unplaced.FAIL_FAST);
        assertThat(cluster.free("a")).isZero();
        Pod rescue = pod(cluster.rescue("p1"));
        assertThat(rescue.placement().grant()).isEqualTo(new Grant(List.of(), "", 100, 1024));
        assertThat(rescue.placement().hostId()).isEqualTo(new HostId("a"));
        assertThat(rescue.isRescue()).isTrue();
        cluster.report("a", rescue, Phase.RUNNING);
        long version = cluster.pod("p1").version();
        assertThat(pod(cluster.rescue("p1")).version()).as("the same again").isEqualTo(version);
        assertThat(refused(cluster.act("p1", PodAction.RUN)).message()).contains("pause it first");
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(cluster.pod("p1").placement().grant()).isNull();
        assertThat(pod(cluster.act("p1", PodAction.RUN)).isQueued()).isTrue();
    }

    @Test
    void oneAtATimeOnAHost() {
        stoppedWithVolume("p1");
        stoppedWithVolume("p2");
        pod(cluster.rescue("p1"));
        Reply.Refused refused = refused(cluster.rescue("p2"));
        assertThat(refused.kind()).isEqualTo(Reply.Kind.FAILED_PRECONDITION);
        assertThat(refused.message()).contains("one at a time").contains("p1");
        cluster.act("p1", PodAction.PAUSE);
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(pod(cluster.rescue("p2")).isRescue()).isTrue();
    }

    @Test
    void withoutItsHostOrVolumesItIsRefusedAndStaysStopped() {
        stoppedWithVolume("p1");
        cluster.report("a", cluster.deploy("bare", 1, Unplaced.FAIL_FAST), Phase.RUNNING);
        assertThat(refused(cluster.rescue("bare")).message())
                .contains("RUNNING")
                .contains("pause it first");
        cluster.act("bare", PodAction.PAUSE);
        cluster.report("a", cluster.pod("bare"), Phase.ENDED);
        assertThat(refused(cluster.rescue("bare")).message()).contains("nothing to rescue");
        cluster.step(new Event.SessionClosed(new HostId("a"), epoch, cluster.nowMillis));
        assertThat(refused(cluster.rescue("p1")).message()).contains("not connected");
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
    }

    @Test
    void aHostWhoseDiskIsAlmostFullTakesNoRescueUntilItHasRoom() {
        stoppedWithVolume("p1");
        diskFull(true);
        assertThat(refused(cluster.rescue("p1")).message())
                .contains("on host a, whose disk is almost full")
                .contains("or run the pod with its GPUs");
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.STOPPED);
        diskFull(false);
        assertThat(pod(cluster.rescue("p1")).isRescue()).isTrue();
    }

    private void diskFull(boolean full) {
        cluster.step(new Event.HostReported(
                new HostId("a"), epoch, 9, false, 0, List.of(), List.of(), null, null, full, cluster.nowMillis));
    }

    @Test
    void aHostThatIsGivenUpLosesItsRescueToo() {
        stoppedWithVolume("p1");
        Pod rescue = pod(cluster.rescue("p1"));
        assertThat(cluster.engine.cluster().holders(new HostId("a"))).containsExactly(rescue.id());
        cluster.report("a", rescue, Phase.RUNNING);
        cluster.report("a", cluster.pod("p1"), Phase.ENDED);
        assertThat(cluster.engine.cluster().holders(new HostId("a"))).isEmpty();
    }
}
