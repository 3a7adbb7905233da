package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** kill -9 of controller or agent: what was acknowledged is there again, and no running container is touched. */
@Timeout(180)
final class KilledProcessTest {
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
        cluster.clear();
    }

    @Test
    void killedAgentFindsItsContainerUntouched() {
        Pod pod = deploy("agent-dies");
        String container = Engine.containersOfPod(pod.getId()).getFirst();
        String before = Engine.identity(container);

        cluster.killAndRestartAgent();
        cluster.awaitHost();

        isAsBefore(pod, container, before);
    }

    @Test
    void killedControllerKnowsItsPodsAndTheirUnits() {
        Pod pod = deploy("controller-dies");
        String container = Engine.containersOfPod(pod.getId()).getFirst();
        String before = Engine.identity(container);

        cluster.killAndRestartController();
        cluster.awaitHost();

        isAsBefore(pod, container, before);
    }

    @Test
    void bothKilledAtOnceComeBackWithThePodRunning() {
        Pod pod = deploy("both-die");
        String container = Engine.containersOfPod(pod.getId()).getFirst();
        String before = Engine.identity(container);

        cluster.killAndRestartController();
        cluster.killAndRestartAgent();
        cluster.awaitHost();

        isAsBefore(pod, container, before);
    }

    private static Pod deploy(String name) {
        return LocalCluster.printed(cluster.berth(
                        "pod",
                        "deploy",
                        name,
                        "--gpus",
                        "2",
                        "--image",
                        Engine.IMAGE,
                        "--wait",
                        "-o",
                        "json",
                        "--",
                        "sleep",
                        "600")
                .succeeded());
    }

    /** The same container, process and start time; the same grant; and the pod still obeys. */
    private static void isAsBefore(Pod pod, String container, String identity) {
        Pod now = cluster.pod(pod.getId());
        assertThat(now.getState()).isEqualTo(PodState.RUNNING);
        assertThat(now.getGrant()).isEqualTo(pod.getGrant());
        assertThat(now.getIncarnation()).isEqualTo(pod.getIncarnation());
        assertThat(Engine.identity(container)).isEqualTo(identity);
        cluster.berth("pod", "terminate", pod.getId(), "--wait").succeeded();
        assertThat(Engine.containersOfPod(pod.getId())).isEmpty();
        cluster.awaitFreeUnits(LocalCluster.GPUS);
    }
}
