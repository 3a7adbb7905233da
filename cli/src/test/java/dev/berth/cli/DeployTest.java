package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeployTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void everyOptionBecomesItsField() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun run = CliRun.of(
                controller,
                ("pod deploy t --gpus 2 --image berth/debian:bookworm --gpu-model RTX_5090 --gpu-model A100"
                                + " --cpus 100-200 --memory 224- --min-vram 24 --min-cuda 12.4 --region us-east"
                                + " --avoid-host h1 --avoid-host h2 --max-price 2.50 --env A=b=c --env D="
                                + " --label team=ml --disk 40 --grace 1500ms --no-for-development --queue"
                                + " --priority -5 --entrypoint /bin/sh --entrypoint -c --idempotency-key k1"
                                + " -- sleep --wait 600")
                        .split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(controller.asked(0, DeployPodRequest.class))
                .isEqualTo(DeployPodRequest.newBuilder()
                        .setIdempotencyKey("k1")
                        .setSpec(PodSpec.newBuilder()
                                .setName("t")
                                .setImage("berth/debian:bookworm")
                                .addEntrypoint("/bin/sh")
                                .addEntrypoint("-c")
                                .addCommand("sleep")
                                .addCommand("--wait")
                                .addCommand("600")
                                .putEnv("A", "b=c")
                                .putEnv("D", "")
                                .putLabels("team", "ml")
                                .setContainerDiskGb(40)
                                .setGrace(Duration.newBuilder().setSeconds(1).setNanos(500_000_000))
                                .setForDevelopment(false)
                                .setUnplaced(Unplaced.QUEUE)
                                .setPriority(-5)
                                .setRequest(ResourceRequest.newBuilder()
                                        .addGpuModels("RTX_5090")
                                        .addGpuModels("A100")
                                        .setGpuCount(2)
                                        .setCpus(IntRange.newBuilder()
                                                .setMin(100)
                                                .setMax(200))
                                        .setMemoryGb(IntRange.newBuilder().setMin(224))
                                        .setMinVramGb(24)
                                        .setMinCuda("12.4")
                                        .addRegions("us-east")
                                        .addAvoidHosts("h1")
                                        .addAvoidHosts("h2")
                                        .setMaxPriceMicros(2_500_000)))
                        .build());
    }

    @Test
    void whatIsNotTypedStaysUnsetAndTheKeyIsNew() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun.of(controller, "pod", "deploy", "t", "--image", "i", "--shell", "echo $HOME > /x");
        DeployPodRequest asked = controller.asked(0, DeployPodRequest.class);
        assertThat(asked.getSpec())
                .isEqualTo(PodSpec.newBuilder()
                        .setName("t")
                        .setImage("i")
                        .setShellCommand("echo $HOME > /x")
                        .setRequest(ResourceRequest.newBuilder().setGpuCount(1))
                        .build());
        assertThat(UUID.fromString(asked.getIdempotencyKey()).version()).isEqualTo(4);
    }

    @Test
    void unavailableIsTriedAgainWithTheSameKey() {
        controller
                .answers(Status.UNAVAILABLE.withDescription("starting"))
                .answers(Status.UNAVAILABLE.withDescription("starting"))
                .answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun run = CliRun.of(controller, "pod", "deploy", "t", "--image", "i");
        assertThat(run.exitCode()).isZero();
        assertThat(controller.asked())
                .hasSize(3)
                .containsOnly(controller.asked().getFirst());
    }

    @Test
    void unavailableForTenSecondsIsExitCodeSix() {
        for (int i = 0; i < 100; i++) {
            controller.answers(Status.UNAVAILABLE.withDescription("The controller is starting."));
        }
        CliRun run = CliRun.of(controller, "pod", "deploy", "t", "--image", "i");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).endsWith("berth: The controller is starting. Try again in a moment.\n");
        assertThat(controller.asked()).hasSizeBetween(10, 20);
    }

    @Test
    void podThatFoundNoRoomIsExitCodeFiveEvenWithoutWait() {
        controller.answers(Pods.deployed(Pods.pod(PodState.FAILED, 7)
                .setReason(Reason.INSUFFICIENT_RESOURCES)
                .setMessage("No host has 2 free units")));
        CliRun run = CliRun.of(controller, "pod", "deploy", "t", "--image", "i");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err())
                .isEqualTo("berth: Pod t (" + Pods.ID + ") is FAILED, not RUNNING: No host has 2 free"
                        + " units. See what happened with: berth pod events " + Pods.ID + "\n");
        assertThat(run.out()).contains("INSUFFICIENT_RESOURCES");
    }

    @Test
    void warningsGoToStandardError() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)).toBuilder()
                .addWarnings("UNSATISFIABLE \u001b[31mnow")
                .build());
        CliRun run = CliRun.of(controller, "pod", "deploy", "t", "--image", "i", "--queue");
        assertThat(run.err()).isEqualTo("warning: UNSATISFIABLE \\x1b[31mnow\n");
    }

    @Test
    void contradictionsAreRefusedBeforeAnythingIsSent() {
        assertRefused("Both --queue and --fail-fast", "--image", "i", "--queue", "--fail-fast");
        assertRefused("Both --shell and a command", "--image", "i", "--shell", "x", "--", "y");
        assertRefused("A pod needs an image");
        assertRefused("--gpus cannot be 0. Give --gpus a number from 1 to 64.", "--image", "i", "--gpus", "0");
        assertRefused("nothing asks to wait", "--image", "i", "--wait-timeout", "5s");
        assertRefused("--env names A twice", "--image", "i", "--env", "A=1", "--env", "A=2");
        assertRefused("The value 'x' of --cpus", "--image", "i", "--cpus", "x");
        assertRefused("The value '1.0000001' of --max-price", "--image", "i", "--max-price", "1.0000001");
        assertRefused("'2.5' is not an int", "--image", "i", "--gpus", "2.5");
        assertThat(controller.asked()).isEmpty();
    }

    private void assertRefused(String words, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "pod";
        args[1] = "deploy";
        args[2] = "t";
        System.arraycopy(options, 0, args, 3, options.length);
        CliRun run = CliRun.of(controller, args);
        assertThat(run.exitCode()).as(words).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(words);
    }
}
