package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.EditPodRequest;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodChangeTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, ("pod " + words).split(" "));
    }

    private static Pod.Builder stopped() {
        Pod.Builder pod = Pods.pod(PodState.STOPPED, 7);
        pod.getSpecBuilder()
                .putEnv("A", "1")
                .addPorts("22/tcp")
                .setPodVolumeGb(50)
                .setStopAfter(Duration.newBuilder().setSeconds(3600))
                .getRequestBuilder()
                .setGpuCount(1)
                .addGpuModels("L4");
        return pod;
    }

    private CliRun edit(String options, PodSpec expected) {
        controller
                .answers(Pods.got(stopped()))
                .answers(Pods.acted(stopped().setVersion(8).setSpec(expected)));
        return run("edit t " + options);
    }

    @Test
    void editChangesOnlyWhatIsGivenAndTellsIt() {
        PodSpec.Builder expected = stopped().getSpec().toBuilder()
                .setName("new")
                .setImage("new:1")
                .putEnv("B", "2")
                .clearPorts()
                .addPorts("80/tcp")
                .setPodVolumeGb(60)
                .clearStopAfter();
        expected.getRequestBuilder().setGpuCount(2).clearGpuModels();
        CliRun run = edit(
                "--name new --image new:1 --env B=2 --port 80/tcp --pod-volume 60 --gpus 2 --clear stop-after --clear"
                        + " gpu-model",
                expected.build());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("""
                name: t -> new
                image: berth/debian:bookworm -> new:1
                env: A=1 -> A=1 B=2
                ports asked: 22/tcp -> 80/tcp
                pod volume: 50 GB at /workspace -> 60 GB at /workspace
                stop after: 1h -> -
                gpus asked: 1 -> 2
                models: L4 -> -
                """);
        assertThat(controller.asked(0, GetPodRequest.class).getPod()).isEqualTo("t");
        EditPodRequest asked = controller.asked(1, EditPodRequest.class);
        assertThat(asked.getPod()).isEqualTo(Pods.ID);
        assertThat(asked.getExpectedVersion()).isEqualTo(7);
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
        assertThat(asked.getSpec()).isEqualTo(expected.build());
    }

    @Test
    void clearGoesBackToTheDefaultsOfDisksAndPolicies() {
        PodSpec expected = stopped().getSpec().toBuilder()
                .clearPorts()
                .clearPodVolumeGb()
                .clearStopAfter()
                .build();
        edit(
                "--clear port --clear pod-volume --clear volume-mount --clear network-volume"
                        + " --clear pre-stop --clear stop-after --clear terminate-after --clear no-for-development"
                        + " --clear auto-resume --clear disk",
                expected);
        assertThat(controller.asked(1, EditPodRequest.class).getSpec()).isEqualTo(expected);
    }

    @Test
    void clearTakesTheMountOfThePodVolumeBackToWorkspace() {
        PodSpec expected =
                stopped().getSpec().toBuilder().setVolumeMount("/workspace").build();
        edit("--clear volume-mount", expected);
        assertThat(controller.asked(1, EditPodRequest.class).getSpec()).isEqualTo(expected);
    }

    @Test
    void editThatChangesNothingOrCannotBeIsNotSent() {
        String[][] cases = {
            {"edit t", "The pod is like that already"},
            {"edit t --env A=1", "The pod is like that already"},
            {"edit t --clear pod-volume --volume-mount /w", "--volume-mount says where"},
            {"edit t --clear system-volume", "The system volume has no default to go back to"},
            {"edit t --clear colour", "The value 'colour' of --clear"},
        };
        for (String[] words : cases) {
            controller.answers(Pods.got(stopped()));
            CliRun run = run(words[0]);
            assertThat(run.exitCode()).as(words[0]).isEqualTo(2);
            assertThat(run.err()).contains(words[1]);
        }
        assertThat(controller.methods()).containsOnly("GetPod");
    }

    @Test
    void editOfAPodThatChangedMeanwhileOrRunsIsExitCodeFour() {
        controller
                .answers(Pods.got(stopped()))
                .answers(Status.ABORTED.withDescription("Version 7 of t is stale; it has 8."))
                .answers(Pods.got(Pods.running(9)))
                .answers(
                        Status.FAILED_PRECONDITION.withDescription("The pod is RUNNING. Pause it before you edit it."));
        assertThat(run("edit t --image i").exitCode()).isEqualTo(4);
        CliRun running = run("edit t --image i");
        assertThat(running.exitCode()).isEqualTo(4);
        assertThat(running.err()).startsWith("berth: The pod is RUNNING. Pause it before you edit it.");
    }

    @ParameterizedTest
    @CsvSource({
        "restart,RestartPod",
        "reset,ResetPod",
        "lock,LockPod",
        "unlock,UnlockPod",
        "run,RunPod",
        "pause,PausePod",
        "terminate,TerminatePod"
    })
    void eachActionCallsItsOwnMethodAndOneRefusalKeepsNoOther(String verb, String method) {
        controller
                .answers(Status.FAILED_PRECONDITION.withDescription("a is STOPPED."))
                .answers(Pods.acted(Pods.running(8)));
        CliRun run = run(verb + " a b -o json");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).startsWith("berth: a is STOPPED.");
        assertThat(run.out()).contains("\"state\": \"RUNNING\"");
        assertThat(controller.methods()).containsExactly(method, method);
        PodActionRequest asked = controller.asked(1, PodActionRequest.class);
        assertThat(asked.getPod()).isEqualTo("b");
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
    }

    @Test
    void onlyRunIsAskedWithoutGpusAndWarningsAreTold() {
        controller.answers(PodActionResponse.newBuilder()
                .setPod(Pods.running(8).setWithoutGpus(true).clearGrant())
                .addWarnings("the volume is nearly full")
                .build());
        CliRun run = run("run t --without-gpus");
        assertThat(run.err()).isEqualTo("warning: the volume is nearly full\n");
        assertThat(run.out()).contains("none, to rescue data");
        assertThat(controller.asked(0, PodActionRequest.class).getWithoutGpus()).isTrue();
        assertThat(run("restart t --without-gpus").exitCode()).isEqualTo(2);
    }

    @Test
    void restartWaitsUntilThePodRunsAgain() {
        controller
                .answers(Pods.acted(Pods.pod(PodState.INITIALIZING, 8)))
                .answers(Pods.changed(Pods.pod(PodState.INITIALIZING, 9)), Pods.changed(Pods.running(10)));
        CliRun run = run("restart t --wait");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("RUNNING");
    }
}
