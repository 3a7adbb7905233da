package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.inventory;
import static dev.berth.controller.engine.TestCluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.HostAction;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Lifetime;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.pod.PodDeadlines;
import org.junit.jupiter.api.Test;

/** Times after which pods are stopped or ended: soft, worked out from the pods, so that a restart forgets none. */
class LifetimesTest {
    private static final long HOUR = 3_600_000;

    private TestCluster cluster = new TestCluster();
    private long epoch;

    private void begin(TestCluster with) {
        cluster = with;
        epoch = cluster.join("a", inventory("RTX A4000", 2, 8, 64, "GPU-a"));
    }

    private Pod running(String id, long stopAfterMillis, long terminateAfterMillis) {
        PodSpec plain = TestCluster.spec(id, ResourceRequest.gpus(1), Unplaced.FAIL_FAST);
        PodSpec spec = new PodSpec(
                id,
                plain.container(),
                plain.request(),
                plain.storage(),
                plain.tcpPorts(),
                new Lifetime(10_000, "", stopAfterMillis, terminateAfterMillis),
                plain.labels(),
                plain.terms());
        cluster.report("a", pod(cluster.submit(spec, id, id)), Phase.RUNNING);
        return cluster.pod(id);
    }

    private void after(long millis) {
        cluster.nowMillis += millis;
        cluster.step(new Event.HostHeard(new HostId("a"), epoch, cluster.nowMillis));
        cluster.step(new Event.Ticked(cluster.nowMillis));
    }

    private PodState state(String id) {
        return cluster.pod(id).state();
    }

    private void ends(String id) {
        cluster.report("a", cluster.pod(id), Phase.ENDED);
    }

    @Test
    void eachStartIsStoppedAfterItsTime() {
        begin(new TestCluster());
        running("p1", HOUR, 0);
        after(HOUR - 1);
        assertThat(state("p1")).isEqualTo(PodState.RUNNING);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.STOPPING);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.MAX_DURATION);
        ends("p1");
        assertThat(state("p1")).isEqualTo(PodState.STOPPED);
        after(10 * HOUR);
        cluster.report("a", pod(cluster.act("p1", PodAction.RUN)), Phase.RUNNING);
        after(HOUR - 1);
        assertThat(state("p1")).isEqualTo(PodState.RUNNING);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.STOPPING);
    }

    @Test
    void theEndCountsFromTheFirstStartAlsoWhileStopped() {
        begin(new TestCluster());
        running("p1", HOUR, 3 * HOUR);
        after(HOUR);
        ends("p1");
        after(2 * HOUR - 1);
        assertThat(state("p1")).isEqualTo(PodState.STOPPED);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.TERMINATING);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.MAX_DURATION);
        cluster.report("a", cluster.pod("p1"), Phase.GONE);
        assertThat(state("p1")).isEqualTo(PodState.TERMINATED);
        after(100 * HOUR);
    }

    @Test
    void aLockedPodWaitsUntilItIsUnlocked() {
        begin(new TestCluster());
        running("p1", HOUR, 2 * HOUR);
        cluster.act("p1", PodAction.LOCK);
        assertThat(PodDeadlines.stopMillis(cluster.pod("p1"))).isZero();
        after(5 * HOUR);
        assertThat(state("p1")).isEqualTo(PodState.RUNNING);
        cluster.act("p1", PodAction.UNLOCK);
        after(1);
        assertThat(state("p1")).isIn(PodState.STOPPING, PodState.TERMINATING);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.TERMINATING);
    }

    @Test
    void anEditMovesTheTime() {
        begin(new TestCluster());
        Pod pod = running("p1", 0, 0);
        PodSpec was = pod.spec();
        PodSpec timed = new PodSpec(
                was.name(),
                was.container(),
                was.request(),
                was.storage(),
                was.tcpPorts(),
                new Lifetime(10_000, "", 2 * HOUR, 0),
                was.labels(),
                was.terms());
        after(HOUR);
        pod(cluster.edit("p1", timed, cluster.pod("p1").version()));
        after(HOUR - 1);
        assertThat(state("p1")).isEqualTo(PodState.RUNNING);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.STOPPING);
    }

    @Test
    void stoppedPodsAreEndedAfterTheRetentionWhereThereIsOne() {
        begin(new TestCluster(24 * HOUR));
        running("p1", 0, 0);
        running("p2", 0, 0);
        cluster.act("p1", PodAction.PAUSE);
        ends("p1");
        after(24 * HOUR - 1);
        assertThat(state("p1")).isEqualTo(PodState.STOPPED);
        after(1);
        assertThat(state("p1")).isEqualTo(PodState.TERMINATING);
        assertThat(cluster.pod("p1").status().message()).contains("retention");
        assertThat(state("p2")).isEqualTo(PodState.RUNNING);
    }

    @Test
    void anotherEngineOverTheSameStateForgetsNoTime() {
        begin(new TestCluster(24 * HOUR));
        running("p1", HOUR, 0);
        running("p2", 0, 0);
        cluster.act("p2", PodAction.PAUSE);
        ends("p2");
        Engine restarted = new Engine(cluster.engine.state(), Timings.DEFAULT, cluster.nowMillis, 100, 24 * HOUR);
        restarted.step(new Event.Ticked(cluster.nowMillis + HOUR));
        assertThat(state("p1")).isEqualTo(PodState.STOPPING);
        Engine back = restarted.goneBack(cluster.engine.state(), cluster.nowMillis + HOUR);
        back.step(new Event.Ticked(cluster.nowMillis + 24 * HOUR));
        assertThat(state("p2")).isEqualTo(PodState.TERMINATING);
    }

    @Test
    void theEndOfAPodWaitsForNoHostThatWasGivenUp() {
        begin(new TestCluster());
        running("p", 0, HOUR);
        cluster.nowMillis += 70_000;
        cluster.step(new Event.Ticked(cluster.nowMillis));
        cluster.step(new Event.HostActed(
                new RequestKey(TestCluster.TENANT, "GiveUpHost", "up", "a"),
                FleetWorld.ADMIN,
                "a",
                HostAction.GIVE_UP,
                0,
                cluster.nowMillis));
        assertThat(state("p")).isEqualTo(PodState.STOPPED);
        cluster.nowMillis += HOUR;
        cluster.step(new Event.Ticked(cluster.nowMillis));
        assertThat(state("p")).isEqualTo(PodState.TERMINATED);
        assertThat(cluster.pod("p").status().reason()).isEqualTo(Reason.MAX_DURATION);
    }
}
