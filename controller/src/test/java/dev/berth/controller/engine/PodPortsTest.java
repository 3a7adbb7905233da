package dev.berth.controller.engine;

import static dev.berth.controller.engine.TestCluster.observed;
import static dev.berth.controller.engine.TestCluster.pod;
import static dev.berth.controller.engine.TestCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.Phase;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Published ports: the same numbers where they are free, never one number twice, other ones where something has them. */
class PodPortsTest {
    private final TestCluster cluster = new TestCluster();

    private void join(String name, int gpus, int firstPort, int lastPort) {
        Inventory plain = TestCluster.inventory("RTX A4000", gpus, 8 * gpus, 64 * gpus, "GPU-" + name);
        cluster.join(
                name,
                new Inventory(
                        plain.facts(),
                        plain.units(),
                        plain.links(),
                        new HostReach("10.0.0.1", firstPort, lastPort, "", "", List.of(), 0),
                        true,
                        List.of()));
    }

    private static PodSpec spec(String id, Unplaced unplaced, Integer... ports) {
        PodSpec plain = TestCluster.spec(id, ResourceRequest.gpus(1), unplaced);
        return new PodSpec(
                id,
                plain.container(),
                plain.request(),
                plain.storage(),
                List.of(ports),
                plain.lifetime(),
                plain.labels(),
                plain.terms());
    }

    private Pod running(String id, Integer... ports) {
        Pod placed = pod(cluster.submit(spec(id, Unplaced.FAIL_FAST, ports), id, id));
        cluster.report(String.valueOf(placed.placement().hostId()), placed, Phase.RUNNING);
        return cluster.pod(id);
    }

    private void stop(String id) {
        cluster.act(id, PodAction.PAUSE);
        Pod pod = cluster.pod(id);
        cluster.report(String.valueOf(pod.placement().hostId()), pod, Phase.ENDED);
        assertThat(cluster.pod(id).state()).isEqualTo(PodState.STOPPED);
    }

    private List<PortBinding> ports(String id) {
        return cluster.pod(id).placement().ports();
    }

    private void meetsAConflict(String id) {
        Pod pod = cluster.pod(id);
        ObservedPod seen = observed(pod, Phase.START_FAILED);
        long epoch = cluster.host("a").sessionEpoch();
        cluster.report(
                "a",
                epoch,
                false,
                new ObservedPod(
                        seen.podId(),
                        seen.incarnation(),
                        Phase.START_FAILED,
                        Reason.PORT_CONFLICT,
                        "port is in use",
                        null,
                        List.of()));
    }

    @Test
    void everyPodGetsNumbersOfItsOwnFromTheRange() {
        join("a", 4, 20_000, 20_007);
        Set<Integer> given = new HashSet<>();
        for (String id : List.of("p1", "p2", "p3", "p4")) {
            assertThat(running(id, 22, 8080).placement().ports())
                    .extracting(PortBinding::containerPort)
                    .containsExactly(22, 8080);
            ports(id).forEach(port -> {
                assertThat(port.hostPort()).isBetween(20_000, 20_007);
                assertThat(given.add(port.hostPort())).isTrue();
            });
        }
    }

    @Test
    void aHostWithoutEnoughFreePortsIsNoPlace() {
        join("a", 4, 20_000, 20_002);
        running("p1", 22, 8080);
        Pod failed = pod(cluster.submit(spec("p2", Unplaced.FAIL_FAST, 22, 8080), "p2", "p2"));
        assertThat(failed.status().reason()).isEqualTo(Reason.INSUFFICIENT_RESOURCES);
        assertThat(failed.status().message()).contains("fewer free ports");
        Reply.Refused never = refused(cluster.submit(spec("p3", Unplaced.FAIL_FAST, 1, 2, 3, 4), "p3", "p3"));
        assertThat(never.kind()).isEqualTo(Reply.Kind.UNSATISFIABLE);
        assertThat(never.message()).contains("publishes fewer ports than asked");
        join("b", 1, 0, 0);
        assertThat(running("p4").placement().hostId()).isNotNull();
    }

    @Test
    void whoWaitsForPortsIsServedWhenTheyComeFree() {
        join("a", 4, 20_000, 20_001);
        running("p1", 22, 8080);
        pod(cluster.submit(spec("p2", Unplaced.QUEUE, 22, 8080), "p2", "p2"));
        pod(cluster.submit(spec("p3", Unplaced.QUEUE), "p3", "p3"));
        assertThat(cluster.pod("p2").isQueued()).isTrue();
        assertThat(cluster.pod("p3").isQueued()).as("which asks for no ports").isFalse();
        stop("p1");
        assertThat(cluster.pod("p2").isQueued())
                .as("a stopped pod keeps its ports")
                .isTrue();
        cluster.act("p1", PodAction.TERMINATE);
        cluster.report("a", cluster.pod("p1"), Phase.GONE);
        assertThat(cluster.pod("p2").isQueued()).isFalse();
        assertThat(ports("p2")).hasSize(2);
    }

    @Test
    void numbersAreKeptOverPauseRunAndResetAndOnAMoveWhereTheyAreFree() {
        join("a", 1, 20_000, 20_099);
        List<PortBinding> had = running("p1", 22, 8080).placement().ports();
        cluster.act("p1", PodAction.RESET);
        assertThat(ports("p1")).isEqualTo(had);
        cluster.report("a", cluster.pod("p1"), Phase.RUNNING);
        stop("p1");
        join("b", 1, 20_000, 20_099);
        running("other");
        assertThat(cluster.pod("other").placement().hostId()).isEqualTo(new HostId("a"));
        cluster.act("p1", PodAction.RUN);
        assertThat(cluster.pod("p1").placement().hostId()).isEqualTo(new HostId("b"));
        assertThat(ports("p1")).isEqualTo(had);
        assertThat(cluster.engine.cluster().takenPorts(new HostId("a"))).isEmpty();
    }

    @Test
    void aPortThatSomethingElseHasIsTriedElsewhereFiveTimes() {
        join("a", 1, 20_000, 20_099);
        pod(cluster.submit(spec("p1", Unplaced.FAIL_FAST, 22), "p1", "p1"));
        Set<Integer> tried = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            assertThat(tried.add(ports("p1").getFirst().hostPort())).isTrue();
            meetsAConflict("p1");
            assertThat(cluster.pod("p1").state()).isEqualTo(PodState.INITIALIZING);
            assertThat(cluster.pod("p1").placement().incarnation()).isEqualTo(i + 2);
            assertThat(cluster.free("a")).isZero();
        }
        meetsAConflict("p1");
        assertThat(cluster.pod("p1").state()).isEqualTo(PodState.FAILED);
        assertThat(cluster.pod("p1").status().reason()).isEqualTo(Reason.PORT_CONFLICT);
        assertThat(cluster.free("a")).isEqualTo(1);
        assertThat(cluster.engine.cluster().takenPorts(new HostId("a"))).isEmpty();
    }
}
