package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot run is refused at once with the field or the rule, or fails with its reason and leaves nothing. */
@Timeout(180)
final class RefusedPodTest {
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
    void imageThatDoesNotExistFailsThePodAndFreesItsUnits() {
        Execution deploy = cluster.berth(
                "pod", "deploy", "ghost", "--gpus", "2", "--image", "berth/no-such-image:1", "--wait", "-o", "json");
        Pod pod = LocalCluster.printed(deploy.endedWith(1));
        assertThat(pod.getState()).isEqualTo(PodState.FAILED);
        assertThat(pod.getReason()).isEqualTo(Reason.INVALID_IMAGE);
        assertThat(pod.getMessage()).contains("berth/no-such-image:1");
        cluster.awaitFreeUnits(LocalCluster.GPUS);
        assertThat(Engine.containersOfPod(pod.getId())).isEmpty();
        assertThat(cluster.berth("pod", "logs", pod.getId(), "--system")
                        .succeeded()
                        .out())
                .contains("berth/no-such-image:1");
    }

    @Test
    void noGpuIsRefusedByName() {
        Execution refused = cluster.berth("pod", "deploy", "none", "--gpus", "0", "--image", Engine.IMAGE);
        assertThat(refused.endedWith(2).err()).containsAnyOf("--gpus", "gpu_count");
        createdNothing("none");
    }

    @Test
    void moreGpusThanAnyHostHasAreRefusedWithTheRule() {
        Execution refused = cluster.berth("pod", "deploy", "nine", "--gpus", "9", "--image", Engine.IMAGE);
        assertThat(refused.endedWith(5).err()).contains("UNSATISFIABLE").contains("1 host");
        createdNothing("nine");
    }

    @Test
    void unknownModelIsRefusedByName() {
        Execution refused = cluster.berth("pod", "deploy", "model", "--gpu-model", "RTX 9999", "--image", Engine.IMAGE);
        assertThat(refused.endedWith(2).err()).contains("gpu_models").contains("RTX 9999");
        createdNothing("model");
    }

    @Test
    void knownModelThatNoHostHasIsRefusedWithTheRule() {
        Execution refused =
                cluster.berth("pod", "deploy", "other", "--gpu-model", "H100 SXM5", "--image", Engine.IMAGE);
        assertThat(refused.endedWith(5).err()).contains("UNSATISFIABLE");
        createdNothing("other");
    }

    @Test
    void podThatIsNotThereIsNotFound() {
        cluster.berth("pod", "get", "nobody").endedWith(3);
        cluster.berth("pod", "terminate", "nobody").endedWith(3);
    }

    private static void createdNothing(String name) {
        cluster.berth("pod", "get", name).endedWith(3);
        assertThat(cluster.host().getFreeUnits()).isEqualTo(LocalCluster.GPUS);
    }
}
