package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.CreateDeploymentResponse;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageOptionsTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    @Test
    void portsDisksAndLifetimeAreSentAsTyped() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun run = CliRun.of(
                controller,
                words("pod deploy t --image i --port 22/tcp --port 8000/tcp --disk 30 --system-volume 0 --pod-volume 50"
                        + " --volume-mount /work --network-volume sets:/data --network-volume v2:/more --pre-stop sync"
                        + " --stop-after 90m --terminate-after 7d"));
        assertThat(run.err()).isEmpty();
        PodSpec spec = controller.asked(0, DeployPodRequest.class).getSpec();
        assertThat(spec.toBuilder().clearRequest().build())
                .isEqualTo(PodSpec.newBuilder()
                        .setName("t")
                        .setImage("i")
                        .addPorts("22/tcp")
                        .addPorts("8000/tcp")
                        .setContainerDiskGb(30)
                        .setSystemVolumeGb(0)
                        .setPodVolumeGb(50)
                        .setVolumeMount("/work")
                        .putNetworkVolumes("sets", "/data")
                        .putNetworkVolumes("v2", "/more")
                        .setPreStopCommand("sync")
                        .setStopAfter(Duration.newBuilder().setSeconds(5400))
                        .setTerminateAfter(Duration.newBuilder().setSeconds(7 * 86_400))
                        .build());
    }

    @Test
    void podThatSaysNothingOfDisksLeavesThemToTheApi() {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        CliRun.of(controller, words("pod deploy t --image i"));
        PodSpec spec = controller.asked(0, DeployPodRequest.class).getSpec();
        assertThat(spec.hasSystemVolumeGb()).isFalse();
        assertThat(spec.getPodVolumeGb()).isZero();
        assertThat(spec.hasStopAfter()).isFalse();
    }

    @Test
    void templateHasPortsAndNetworkVolumesButNoVolumesOfItsOwn() {
        controller.answers(CreateDeploymentResponse.newBuilder()
                .setDeployment(Deployments.replicas(1))
                .build());
        String create = "deployment create web --mode replicaset --replicas 1 --image i ";
        CliRun.of(controller, words(create + "--port 80/tcp --network-volume sets:/data"));
        PodSpec template =
                controller.asked(0, CreateDeploymentRequest.class).getSpec().getTemplate();
        assertThat(template.getPortsList()).containsExactly("80/tcp");
        assertThat(template.getNetworkVolumesMap()).containsEntry("sets", "/data");
        for (String option : new String[] {
            "--system-volume 1", "--pod-volume 1", "--volume-mount /w", "--stop-after 1h", "--terminate-after 1d"
        }) {
            CliRun run = CliRun.of(controller, words(create + option));
            assertThat(run.exitCode()).as(option).isEqualTo(2);
            assertThat(run.err()).contains("Unknown option").contains(words(option)[0]);
        }
        assertThat(controller.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 22 | value '22' of --port",
                "--port 0/tcp | value '0/tcp' of --port",
                "--port 53/udp | value '53/udp' of --port",
                "--system-volume -1 | --system-volume cannot be -1",
                "--system-volume 4097 | --system-volume cannot be 4097",
                "--pod-volume 4097 | --pod-volume cannot be 4097",
                "--volume-mount /w | --volume-mount says where the pod volume is",
                "--pod-volume 5 --volume-mount work | path 'work' of --volume-mount is not absolute",
                "--network-volume sets | value 'sets' of --network-volume",
                "--network-volume :/data | value ':/data' of --network-volume",
                "--network-volume sets:data | path 'data' of --network-volume is not absolute",
                "--network-volume sets:/a --network-volume sets:/b | names sets twice",
                "--stop-after 59s | --stop-after cannot be 59s",
                "--terminate-after 366d | --terminate-after cannot be 366d",
            })
    void whatCanNeverBeAcceptedIsRefusedByTheNameOfTheOption(String options, String said) {
        CliRun run = CliRun.of(controller, words("pod deploy t --image i " + options));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(said).endsWith(".\n");
        assertThat(controller.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21})
    void twentyPortsAreTheMost(int count) {
        controller.answers(Pods.deployed(Pods.pod(PodState.INITIALIZING, 7)));
        StringBuilder line = new StringBuilder("pod deploy t --image i");
        for (int port = 1; port <= count; port++) {
            line.append(" --port ").append(port).append("/tcp");
        }
        assertThat(CliRun.of(controller, words(line.toString())).exitCode()).isEqualTo(count == 20 ? 0 : 2);
    }
}
