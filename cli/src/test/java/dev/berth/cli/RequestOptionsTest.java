package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.Unplaced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOptionsTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun deploy(String options) {
        return CliRun.of(controller, ("pod deploy t --image i " + options).split(" "));
    }

    private PodSpec asked(String options) {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun run = deploy(options);
        assertThat(run.err()).isEmpty();
        return controller
                .asked(controller.asked().size() - 1, DeployPodRequest.class)
                .getSpec();
    }

    @Test
    void spotPodBidsExactlyWhatWasTyped() {
        PodSpec spec = asked("--gpus 8 --spot --bid 0.29 --max-price 0.300001 --min-runtime 10m --auto-resume --queue"
                + " --queue-timeout 1h --priority 50");
        assertThat(spec)
                .isEqualTo(PodSpec.newBuilder()
                        .setName("t")
                        .setImage("i")
                        .setRequest(ResourceRequest.newBuilder()
                                .setGpuCount(8)
                                .setPurchase(Purchase.SPOT)
                                .setBidMicros(290_000)
                                .setMaxPriceMicros(300_001))
                        .setMinRuntime(Duration.newBuilder().setSeconds(600))
                        .setAutoResume(true)
                        .setUnplaced(Unplaced.QUEUE)
                        .setQueueTimeout(Duration.newBuilder().setSeconds(3600))
                        .setPriority(50)
                        .build());
    }

    @Test
    void cpuPodHasNoGpus() {
        assertThat(asked("--cpu-units 8 --memory 16- --region eu").getRequest())
                .isEqualTo(ResourceRequest.newBuilder()
                        .setCpuUnits(8)
                        .setMemoryGb(IntRange.newBuilder().setMin(16))
                        .addRegions("eu")
                        .build());
    }

    @Test
    void modelsKeepTheirOrderAndRangesAreOpenAtEitherEnd() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun.of(
                controller,
                "pod",
                "deploy",
                "t",
                "--image",
                "i",
                "--gpu-model",
                "RTX 5090",
                "--gpu-model",
                "A100",
                "--gpu-model",
                "L4",
                "--cpus",
                "-200",
                "--memory",
                "150");
        ResourceRequest request =
                controller.asked(0, DeployPodRequest.class).getSpec().getRequest();
        assertThat(request.getGpuModelsList()).containsExactly("RTX 5090", "A100", "L4");
        assertThat(request.getCpus())
                .isEqualTo(IntRange.newBuilder().setMax(200).build());
        assertThat(request.getMemoryGb())
                .isEqualTo(IntRange.newBuilder().setMin(150).setMax(150).build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--gpus 0 | --gpus cannot be 0",
                "--gpus -1 | --gpus cannot be -1",
                "--gpus 65 | --gpus cannot be 65",
                "--gpus 99999999999 | '--gpus': '99999999999' is not an int",
                "--cpu-units 0 | --cpu-units cannot be 0",
                "--cpu-units 1025 | --cpu-units cannot be 1025",
                "--cpu-units 4 --gpus 1 | Both --gpus and --cpu-units",
                "--cpu-units 4 --gpu-model L4 | --gpu-model asks something of a GPU",
                "--cpu-units 4 --min-vram 8 | --min-vram asks something of a GPU",
                "--cpu-units 4 --min-cuda 12.4 | --min-cuda asks something of a GPU",
                "--cpus 200-100 | range '200-100' of --cpus is empty",
                "--cpus 0 | range '0' of --cpus is empty",
                "--memory -1-5 | value '-1-5' of --memory",
                "--memory 99999999999 | of --memory",
                "--min-vram -1 | --min-vram cannot be -1",
                "--min-vram 1025 | --min-vram cannot be 1025",
                "--min-cuda 12 | value '12' of --min-cuda",
                "--max-price 0 | --max-price cannot be 0",
                "--max-price -2.50 | value '-2.50' of --max-price",
                "--max-price 1e3 | value '1e3' of --max-price",
                "--spot | --spot needs a bid",
                "--bid 0.20 | --bid is for spot pods only",
                "--spot --bid 0 | --bid cannot be 0",
                "--min-runtime 5m | --min-runtime is for spot pods only",
                "--spot --bid 1 --min-runtime 2h | --min-runtime cannot be 2h. Give --min-runtime a time from 0s to 1h",
                "--auto-resume | --auto-resume is for spot pods only",
                "--queue-timeout 1h | --queue-timeout limits the wait",
                "--fail-fast --queue-timeout 1h | --queue-timeout limits the wait",
                "--queue --queue-timeout 0s | --queue-timeout cannot be 0s",
                "--queue --queue-timeout 31d | --queue-timeout cannot be 31d",
                "--queue --queue-timeout 99999999999999999h | of --queue-timeout",
                "--priority 1001 | --priority cannot be 1001",
                "--disk 0 | --disk cannot be 0",
                "--grace 301s | --grace cannot be 301s",
            })
    void whatCanNeverBeAcceptedIsRefusedByTheNameOfTheOption(String options, String words) {
        CliRun run = deploy(options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(words).endsWith(".\n");
        assertThat(controller.asked()).isEmpty();
    }
}
