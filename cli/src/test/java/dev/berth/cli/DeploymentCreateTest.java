package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Completion;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentCreateTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun create(String options) {
        return CliRun.of(controller, ("deployment create web " + options).split(" "));
    }

    @Test
    void replicaSetCarriesItsTemplate() {
        controller.answers(Deployments.created(Deployments.replicas(0)).toBuilder()
                .addWarnings("UNSATISFIABLE for now")
                .build());
        CliRun run =
                create("--mode replicaset --replicas 5 --image i --gpus 2 --gpu-model L4 --cpus 8- --spot --bid 0.20"
                        + " --env A=1 --idempotency-key k1 -- sleep 5");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("warning: UNSATISFIABLE for now\n");
        assertThat(controller.asked(0, CreateDeploymentRequest.class))
                .isEqualTo(CreateDeploymentRequest.newBuilder()
                        .setIdempotencyKey("k1")
                        .setSpec(DeploymentSpec.newBuilder()
                                .setName("web")
                                .setMode(DeploymentMode.REPLICA_SET)
                                .setReplicas(5)
                                .setTemplate(PodSpec.newBuilder()
                                        .setImage("i")
                                        .putEnv("A", "1")
                                        .addCommand("sleep")
                                        .addCommand("5")
                                        .setRequest(ResourceRequest.newBuilder()
                                                .setGpuCount(2)
                                                .addGpuModels("L4")
                                                .setCpus(IntRange.newBuilder().setMin(8))
                                                .setPurchase(Purchase.SPOT)
                                                .setBidMicros(200_000))))
                        .build());
        assertThat(run.out()).isEqualTo("""
                ID                NAME  MODE        STATE   WANTED  PENDING  STARTING  RUNNING  ENDING  FINISHED  FAILED  AGE
                deploy0000000001  web   replicaset  ACTIVE  5       0        5         0        0       0         0       90s
                """);
    }

    @Test
    void jobHasItsCountsAndWhatCountsAsCompletion() {
        controller.answers(Deployments.created(Deployments.replicas(0)));
        create("--mode job --completions 10 --parallelism 3 --completion exit-zero --backoff-limit 0 --image i");
        assertThat(asked().toBuilder().clearTemplate().build())
                .isEqualTo(DeploymentSpec.newBuilder()
                        .setName("web")
                        .setMode(DeploymentMode.JOB)
                        .setCompletions(10)
                        .setParallelism(3)
                        .setCompletion(Completion.EXIT_ZERO)
                        .setBackoffLimit(0)
                        .build());
    }

    @Test
    void gangHasItsPort() {
        controller.answers(Deployments.created(Deployments.replicas(0)));
        create("--mode job --completions 4 --parallelism 4 --gang --master-port 1234 --image i");
        assertThat(asked().getGang()).isTrue();
        assertThat(asked().getMasterPort()).isEqualTo(1234);
    }

    @Test
    void unavailableIsTriedAgainWithTheSameKey() {
        controller.answers(Status.UNAVAILABLE).answers(Deployments.created(Deployments.replicas(0)));
        assertThat(create("--mode container --image i").exitCode()).isZero();
        assertThat(controller.asked())
                .hasSize(2)
                .containsOnly(controller.asked().getFirst());
        String key = controller.asked(0, CreateDeploymentRequest.class).getIdempotencyKey();
        assertThat(UUID.fromString(key).version()).isEqualTo(4);
    }

    private DeploymentSpec asked() {
        return controller.asked(0, CreateDeploymentRequest.class).getSpec();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--image i | A deployment needs a mode. Add --mode replicaset",
                "--mode set --image i | value 'set' of --mode is not understood. Give one of replicaset, job, container",
                "--mode replicaset --image i | A replicaset needs --replicas",
                "--mode replicaset --replicas -1 --image i | --replicas cannot be -1",
                "--mode replicaset --replicas 10001 --image i | --replicas cannot be 10001",
                "--mode replicaset --replicas 1 --parallelism 1 --image i | A replicaset has no --parallelism",
                "--mode replicaset --replicas 1 --completion any-exit --image i | A replicaset has no --completion",
                "--mode job --completions 3 --image i | A job needs --parallelism",
                "--mode job --parallelism 3 --image i | A job needs --completions",
                "--mode job --parallelism 0 --completions 1 --image i | --parallelism cannot be 0",
                "--mode job --parallelism 1 --completions 0 --image i | --completions cannot be 0",
                "--mode job --parallelism 1 --completions 1 --replicas 1 --image i | A job has no --replicas",
                "--mode container --replicas 1 --image i | A container has no --replicas",
                "--mode container --completion maybe --image i | value 'maybe' of --completion",
                "--mode container --backoff-limit 3 --image i | --backoff-limit counts failures",
                "--mode container --completion exit-zero --backoff-limit 1001 --image i | --backoff-limit cannot be 1001",
                "--mode container --master-port 2000 --image i | --master-port is for gangs only",
                "--mode container --gang --master-port 80 --image i | --master-port cannot be 80",
                "--mode job --parallelism 2 --completions 4 --gang --image i | --completions is 4 and --parallelism 2",
                "--mode container | A pod needs an image",
                "--mode container --image i --grace 21s | --grace cannot be 21s",
                "--mode container --image i --fail-fast --queue-timeout 1h | --queue-timeout limits the wait",
                "--mode container --image i --auto-resume | Unknown option: '--auto-resume'",
                "--mode container --image i --wait=soon | value 'soon' of --wait is not understood",
                "--mode replicaset --replicas 1 --image i --wait=done | A replicaset is never done",
                "--mode container --image i --timeout 5m | --wait-timeout says how long to wait",
            })
    void whatCanNeverBeAcceptedIsRefusedByTheNameOfTheOption(String options, String words) {
        CliRun run = create(options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(words);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(controller.asked()).isEmpty();
    }
}
