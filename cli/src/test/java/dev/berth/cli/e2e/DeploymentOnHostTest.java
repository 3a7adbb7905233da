package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentState;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deployments over real containers: what is killed by hand comes back, what is counted is counted once. */
@Timeout(240)
final class DeploymentOnHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = LocalCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void freeAllUnits() {
        cluster.awaitFreeUnits(LocalCluster.GPUS);
    }

    @Test
    void replicaSetOfFiveIsFiveAgainAfterTwoAreKilledByHandAndTheControllerWithThem() {
        create("five", "--mode", "replicaset", "--replicas", "5", "--wait", "--", "sleep", "600");
        Set<String> first = running();
        assertThat(first).hasSize(5);
        List<String> victims = first.stream().limit(2).toList();

        Engine.docker("kill", victims.get(0), victims.get(1)).succeeded();
        cluster.killAndRestartController();
        cluster.awaitHost();

        Await.equal("running containers", 5, LIMIT, () -> running().size());
        Set<String> again = running();
        assertThat(again).doesNotContainAnyElementsOf(victims);
        assertThat(again).containsAll(first.stream().skip(2).toList());
        Await.equal(
                "running pods", 5, LIMIT, () -> deployment("five").getCounters().getRunning());
        assertThat(pods("five")).extracting(Pod::getDeploymentIndex).containsExactlyInAnyOrder(0, 1, 2, 3, 4);

        cluster.berth("deployment", "scale", "five", "--replicas", "2").succeeded();
        Await.equal("running containers", 2, LIMIT, () -> running().size());
        assertThat(again).containsAll(running());
        cluster.berth("deployment", "delete", "five", "--wait").succeeded();
        assertThat(running()).isEmpty();
    }

    @Test
    void jobOfTenEndsWithExactlyTenAcrossAKillOfTheController() {
        Instant began = Instant.now();
        create("ten", "--mode", "job", "--completions", "10", "--parallelism", "3", "--", "sleep", "1");
        Await.equal(
                "some are done",
                true,
                LIMIT,
                () -> deployment("ten").getCounters().getFinished() >= 2);

        cluster.killAndRestartController();
        cluster.awaitHost();

        Await.equal(
                "state of the job",
                DeploymentState.COMPLETED,
                LIMIT,
                () -> deployment("ten").getState());
        assertThat(deployment("ten").getCounters().getFinished()).isEqualTo(10);
        cluster.awaitFreeUnits(LocalCluster.GPUS);
        Starts starts = Starts.of(cluster.hostId(), began);
        assertThat(starts.count()).isEqualTo(10);
        assertThat(starts.mostAtOnce()).isBetween(1, 3);
        cluster.berth("deployment", "delete", "ten").succeeded();
    }

    private static void create(String name, String... options) {
        List<String> words = new java.util.ArrayList<>(
                List.of("deployment", "create", name, "--gpus", "1", "--image", Engine.IMAGE));
        words.addAll(List.of(options));
        cluster.berth(words.toArray(String[]::new)).succeeded();
    }

    private static Deployment deployment(String name) {
        return LocalCluster.parse(
                        cluster.berth("deployment", "get", name, "-o", "json")
                                .succeeded()
                                .out(),
                        Deployment.newBuilder())
                .build();
    }

    private static List<Pod> pods(String name) {
        return LocalCluster.parse(
                        cluster.berth("deployment", "pods", name, "-o", "json")
                                .succeeded()
                                .out(),
                        ListPodsResponse.newBuilder())
                .getPodsList();
    }

    /** Ids of the host's containers that run, as the engine has them. */
    private static Set<String> running() {
        return new TreeSet<>(
                Engine.docker("ps", "-q", "--no-trunc", "--filter", "label=dev.berth.host=" + cluster.hostId())
                        .succeeded()
                        .out()
                        .lines()
                        .toList());
    }
}
