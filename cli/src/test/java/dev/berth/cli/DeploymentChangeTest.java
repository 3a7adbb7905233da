package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionRequest;
import dev.berth.proto.v1.GetDeploymentRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import dev.berth.proto.v1.StopDeploymentPodRequest;
import dev.berth.proto.v1.UpdateDeploymentRequest;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentChangeTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, ("deployment " + words).split(" "));
    }

    @Test
    void scaleSendsOnlyTheCountsThatAreGiven() {
        controller
                .answers(Deployments.acted(Deployments.replicas(5)))
                .answers(Deployments.acted(Deployments.replicas(5)));
        run("scale web --replicas 0 --expected-version 7");
        run("scale web --parallelism 4 --completions 20");
        assertThat(scaled(0))
                .isEqualTo(ScaleDeploymentRequest.newBuilder()
                        .setDeployment("web")
                        .setReplicas(0)
                        .setExpectedVersion(7)
                        .build());
        assertThat(scaled(1))
                .isEqualTo(ScaleDeploymentRequest.newBuilder()
                        .setDeployment("web")
                        .setParallelism(4)
                        .setCompletions(20)
                        .build());
    }

    private ScaleDeploymentRequest scaled(int index) {
        ScaleDeploymentRequest asked = controller.asked(index, ScaleDeploymentRequest.class);
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
        return asked.toBuilder().clearIdempotencyKey().build();
    }

    @Test
    void staleVersionIsExitCodeFour() {
        controller.answers(Status.ABORTED.withDescription("Version 6 of web is stale; it has 7."));
        CliRun run = run("scale web --replicas 3 --expected-version 6");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err())
                .isEqualTo("berth: Version 6 of web is stale; it has 7. Look at what it is now, and run the command"
                        + " again if it is still wanted.\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "scale web | Nothing says how far to scale",
                "scale web --replicas 1 --parallelism 1 | --replicas is of a replicaset",
                "scale web --replicas -1 | --replicas cannot be -1",
                "scale web --parallelism 0 | --parallelism cannot be 0",
                "scale web --completions 100001 | --completions cannot be 100001",
                "scale web --replicas 1 --expected-version 0 | value '0' of --expected-version",
                "scale web --replicas 1 --wait=done | A replicaset is never done",
                "update web --wait=soon | value 'soon' of --wait",
                "stop | Missing required parameter: 'NAME'",
                "stop-pod | Missing required parameter: 'POD'",
            })
    void whatCanNeverBeAcceptedIsRefusedBeforeAnythingIsSent(String words, String said) {
        CliRun run = run(words);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(said);
        assertThat(controller.asked()).isEmpty();
    }

    private PodSpec updated(String options) {
        controller
                .answers(Deployments.got(Deployments.replicas(5)))
                .answers(Deployments.acted(Deployments.replicas(5).setVersion(8)));
        CliRun run = run("update web " + options);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(controller.asked(0, GetDeploymentRequest.class).getDeployment())
                .isEqualTo("web");
        UpdateDeploymentRequest asked = controller.asked(1, UpdateDeploymentRequest.class);
        assertThat(asked.getDeployment()).isEqualTo(Deployments.ID);
        assertThat(asked.getExpectedVersion()).isEqualTo(7);
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
        return asked.getTemplate();
    }

    @Test
    void updateChangesOnlyWhatIsGiven() {
        PodSpec expected = Deployments.template().toBuilder()
                .setImage("new")
                .putEnv("B", "2")
                .setPriority(5)
                .build();
        assertThat(updated("--image new --env B=2 --priority 5")).isEqualTo(expected);
    }

    @Test
    void updateReplacesListsAndClearsWhatItIsTold() {
        PodSpec.Builder expected = Deployments.template().toBuilder().clearEnv().putEnv("C", "3");
        expected.getRequestBuilder().clearGpuModels().addGpuModels("L4").clearMaxPriceMicros();
        assertThat(updated("--clear env --clear max-price --env C=3 --gpu-model L4"))
                .isEqualTo(expected.build());
    }

    @Test
    void updateTurnsGpusIntoCpuUnitsOnceTheModelsAreCleared() {
        PodSpec.Builder expected = Deployments.template().toBuilder();
        expected.getRequestBuilder().clearGpuModels().clearGpuCount().setCpuUnits(4);
        assertThat(updated("--cpu-units 4 --clear gpu-model")).isEqualTo(expected.build());
    }

    @Test
    void updateThatChangesNothingOrContradictsTheTemplateIsRefused() {
        String[][] cases = {
            {"update web", "The template is like that already"},
            {"update web --env A=1", "The template is like that already"},
            {"update web --cpu-units 4", "--gpu-model asks something of a GPU"},
            {"update web --clear colour", "The value 'colour' of --clear"},
            {"update web --gpus 0", "--gpus cannot be 0"},
            {"update web --image i --wait=done", "A replicaset is never done"},
        };
        for (String[] words : cases) {
            controller.answers(Deployments.got(Deployments.replicas(5)));
            CliRun run = run(words[0]);
            assertThat(run.exitCode()).as(words[0]).isEqualTo(2);
            assertThat(run.err()).contains(words[1]);
        }
        assertThat(controller.methods()).containsOnly("GetDeployment");
    }

    @Test
    void stopAndDeleteNameEachDeployment() {
        Deployment.Builder web = Deployments.replicas(5);
        controller
                .answers(Deployments.acted(web))
                .answers(Status.NOT_FOUND.withDescription("No deployment is called 'b'."))
                .answers(Deployments.acted(web))
                .answers(Deployments.acted(web));
        CliRun stop = run("stop a b c -o json");
        assertThat(stop.exitCode()).isEqualTo(3);
        assertThat(stop.err()).startsWith("berth: No deployment is called 'b'.");
        assertThat(stop.out()).contains("\"deployments\"");
        assertThat(run("delete a").exitCode()).isZero();
        assertThat(controller.methods())
                .containsExactly("StopDeployment", "StopDeployment", "StopDeployment", "DeleteDeployment");
        assertThat(controller.asked(2, DeploymentActionRequest.class).getDeployment())
                .isEqualTo("c");
        assertThat(controller.asked(3, DeploymentActionRequest.class).getIdempotencyKey())
                .isNotEmpty();
    }

    @Test
    void onePodIsStoppedWithOrWithoutReplacement() {
        controller
                .answers(Deployments.acted(Deployments.replicas(4)))
                .answers(Deployments.acted(Deployments.replicas(4)));
        run("stop-pod p1");
        run("stop-pod p1 --decrease-replicas");
        StopDeploymentPodRequest first = controller.asked(0, StopDeploymentPodRequest.class);
        assertThat(first.getPod()).isEqualTo("p1");
        assertThat(first.getDecreaseReplicas()).isFalse();
        assertThat(controller.asked(1, StopDeploymentPodRequest.class).getDecreaseReplicas())
                .isTrue();
        assertThat(first.getIdempotencyKey())
                .isNotEqualTo(
                        controller.asked(1, StopDeploymentPodRequest.class).getIdempotencyKey());
    }
}
