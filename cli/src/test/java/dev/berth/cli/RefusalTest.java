package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    @ParameterizedTest
    @CsvSource({
        "CANCELLED,1",
        "UNKNOWN,1",
        "INVALID_ARGUMENT,2",
        "DEADLINE_EXCEEDED,6",
        "NOT_FOUND,3",
        "ALREADY_EXISTS,1",
        "PERMISSION_DENIED,1",
        "RESOURCE_EXHAUSTED,5",
        "FAILED_PRECONDITION,4",
        "ABORTED,4",
        "OUT_OF_RANGE,1",
        "UNIMPLEMENTED,1",
        "INTERNAL,1",
        "UNAVAILABLE,6",
        "DATA_LOSS,1",
        "UNAUTHENTICATED,1",
    })
    void everyStatusHasItsExitCodeAndTwoSentences(Status.Code code, int exitCode) {
        try (FakeController controller = new FakeController()) {
            controller.answers(Status.fromCode(code).withDescription("It is \u001b[2J so"));
            CliRun run = CliRun.of(controller, "pod", "ls");
            assertThat(run.exitCode()).isEqualTo(exitCode);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).matches("berth: .+\\. .+\\.\n").doesNotContain("\u001b");
        }
    }

    @Test
    void unsatisfiableIsLackOfCapacity() {
        try (FakeController controller = new FakeController()) {
            controller.answers(Status.FAILED_PRECONDITION.withDescription("UNSATISFIABLE: 9 GPUs on 1 of 1 hosts"));
            CliRun run = CliRun.of(controller, "pod", "deploy", "t", "--image", "i", "--gpus", "9");
            assertThat(run.exitCode()).isEqualTo(5);
            assertThat(run.err())
                    .isEqualTo("berth: UNSATISFIABLE: 9 GPUs on 1 of 1 hosts. Ask for less, or ask why, with the"
                            + " same options: berth pod explain.\n");
        }
    }

    @Test
    void noControllerIsSaidInASentence() throws IOException {
        String endpoint;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            endpoint = "127.0.0.1:" + free.getLocalPort();
        }
        CliRun run = CliRun.of(Map.of(), false, "host", "ls", "--endpoint", endpoint);
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err())
                .startsWith("berth: No controller answers at " + endpoint + " (")
                .endsWith("). Start one with ./berth up, or name another with --endpoint or BERTH_ENDPOINT.\n");
    }
}
