package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.ListHostsResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void tokenOfTheEnvironmentIsSent() {
        controller.answers(ListHostsResponse.getDefaultInstance());
        var environment = Map.of("BERTH_ENDPOINT", controller.endpoint(), "BERTH_TOKEN", "secret");
        assertThat(CliRun.of(environment, false, "host", "ls").exitCode()).isZero();
        assertThat(controller.tokens()).containsExactly("Bearer secret");
    }

    @Test
    void tokenOfAFileIsSentWithoutItsLineEnd(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "from-file\n");
        controller.answers(ListHostsResponse.getDefaultInstance());
        var environment = Map.of("BERTH_ENDPOINT", controller.endpoint(), "BERTH_TOKEN_FILE", file.toString());
        assertThat(CliRun.of(environment, false, "host", "ls").exitCode()).isZero();
        assertThat(controller.tokens()).containsExactly("Bearer from-file");
    }

    @Test
    void tokenFileThatIsNotThereIsSaid() {
        var environment = Map.of("BERTH_ENDPOINT", controller.endpoint(), "BERTH_TOKEN_FILE", "/nowhere/token");
        CliRun run = CliRun.of(environment, false, "host", "ls");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: The token file /nowhere/token cannot be read");
    }

    @Test
    void tokenThatWouldBreakTheHeaderIsRefusedAndNotPrinted() {
        var environment = Map.of("BERTH_ENDPOINT", controller.endpoint(), "BERTH_TOKEN", "a\nb: c");
        CliRun run = CliRun.of(environment, false, "host", "ls");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("b: c");
    }

    @Test
    void endpointOptionGoesBeforeTheEnvironmentAndMayStandAnywhere() {
        controller.answers(ListHostsResponse.getDefaultInstance()).answers(ListHostsResponse.getDefaultInstance());
        var environment = Map.of("BERTH_ENDPOINT", "127.0.0.1:1");
        assertThat(CliRun.of(environment, false, "--endpoint", controller.endpoint(), "host", "ls")
                        .exitCode())
                .isZero();
        assertThat(CliRun.of(environment, false, "host", "ls", "--endpoint=" + controller.endpoint())
                        .exitCode())
                .isZero();
    }

    @Test
    void malformedEndpointsAreRefused() {
        for (String endpoint : new String[] {"host", ":7080", "host:", "host:0", "host:65536", "http://h:1", "::1:7"}) {
            CliRun run = CliRun.of(Map.of("BERTH_ENDPOINT", endpoint), false, "host", "ls");
            assertThat(run.exitCode()).as(endpoint).isEqualTo(2);
            assertThat(run.err()).startsWith("berth: The ").contains("for example 127.0.0.1:7080.");
        }
    }

    @Test
    void authoritiesThatCannotBeReadAreSaid() {
        var environment = Map.of("BERTH_ENDPOINT", "203.0.113.1:7080", "BERTH_CA_FILE", "/nowhere/ca.pem");
        CliRun run = CliRun.of(environment, false, "host", "ls");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: The authorities in /nowhere/ca.pem cannot be read");
    }
}
