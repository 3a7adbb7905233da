package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.ListHostsResponse;
import io.grpc.TlsServerCredentials;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate made by the JDK's keytool in the test run, and a server that has it. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder = Path.of("");

    private Path authorities = Path.of("");
    private Path keys = Path.of("");

    @BeforeEach
    void makeCertificate() throws Exception {
        keys = folder.resolve("keys.p12");
        authorities = folder.resolve("ca.pem");
        keytool("-genkeypair -alias a -keyalg EC -dname CN=berth -ext san=ip:127.0.0.1");
        keytool("-exportcert -alias a -rfc -file " + authorities);
    }

    private void keytool(String words) throws Exception {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String[] command =
                (program + " " + words + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + keys).split(" ");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private FakeController encrypted() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(keys.toFile())) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        return new FakeController(TlsServerCredentials.newBuilder()
                .keyManager(factory.getKeyManagers())
                .build());
    }

    private Map<String, String> environment(FakeController controller) {
        return Map.of(
                "BERTH_ENDPOINT", controller.endpoint(),
                "BERTH_CA_FILE", authorities.toString(),
                "BERTH_TOKEN", "secret");
    }

    @Test
    void controllerOfAKnownAuthorityIsSpokenToEncrypted() throws Exception {
        try (FakeController controller = encrypted()) {
            controller.answers(ListHostsResponse.getDefaultInstance());
            CliRun run = CliRun.of(environment(controller), false, "host", "ls", "-o", "json");
            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(controller.tokens()).containsExactly("Bearer secret");
        }
    }

    @Test
    void controllerOfAnotherAuthorityNeverSeesTheToken() throws Exception {
        try (FakeController controller = encrypted()) {
            Files.delete(keys);
            makeCertificate();
            CliRun run = CliRun.of(environment(controller), false, "host", "ls");
            assertThat(run.exitCode()).isEqualTo(6);
            assertThat(run.err()).startsWith("berth: No controller answers at ");
            assertThat(controller.tokens()).isEmpty();
        }
    }

    @Test
    void controllerWithoutTlsNeverSeesTheToken() {
        try (FakeController controller = new FakeController()) {
            CliRun run = CliRun.of(environment(controller), false, "host", "ls");
            assertThat(run.exitCode()).isEqualTo(6);
            assertThat(controller.tokens()).isEmpty();
        }
    }
}
