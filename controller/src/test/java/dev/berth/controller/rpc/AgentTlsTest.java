package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.link.Channels;
import dev.berth.agent.link.ControllerAddress;
import dev.berth.controller.Controller;
import dev.berth.controller.ControllerConfig;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.LinkGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent port with mutual TLS, and the agent's own channels against it; certificates by the JDK's keytool. */
class AgentTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder = Path.of("");

    private Controller controller;

    @BeforeEach
    void startWithCertificates() throws Exception {
        for (String who : List.of("controller", "agent", "stranger")) {
            makeCertificate(who);
        }
        controller = Controller.start(
                ControllerConfig.parse(List.of(
                        "--data", folder.resolve("data").toString(),
                        "--listen", "127.0.0.1:0",
                        "--agent-listen", "127.0.0.1:0",
                        "--tls-cert", pem("controller", "cert").toString(),
                        "--tls-key", pem("controller", "key").toString(),
                        "--agent-ca", pem("agent", "cert").toString())),
                fatal -> {});
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aHostWithItsCertificateIsHeard() throws Exception {
        Optional<Path> certificate = Optional.of(pem("agent", "cert"));
        Optional<Path> key = Optional.of(pem("agent", "key"));
        assertThat(heartbeat(new ControllerAddress.Tls(pem("controller", "cert"), certificate, key)))
                .as("answered by the link itself: there is no such session")
                .isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void aStrangerAndAHostWithoutCertificateAreNot() throws Exception {
        assertThat(heartbeat(new ControllerAddress.Tls(pem("controller", "cert"), Optional.empty(), Optional.empty())))
                .isEqualTo(Status.Code.UNAVAILABLE);
        Optional<Path> certificate = Optional.of(pem("stranger", "cert"));
        Optional<Path> key = Optional.of(pem("stranger", "key"));
        assertThat(heartbeat(new ControllerAddress.Tls(pem("controller", "cert"), certificate, key)))
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void anAgentDoesNotTalkToAControllerItDoesNotTrust() throws Exception {
        Optional<Path> certificate = Optional.of(pem("agent", "cert"));
        Optional<Path> key = Optional.of(pem("agent", "key"));
        assertThat(heartbeat(new ControllerAddress.Tls(pem("stranger", "cert"), certificate, key)))
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    private Status.Code heartbeat(ControllerAddress.Tls tls) throws Exception {
        ControllerAddress address = new ControllerAddress("127.0.0.1", controller.agentPort(), Optional.of(tls));
        try (Channels channels = new Channels(address, "test")) {
            ManagedChannel channel = channels.open(Runnable::run);
            try {
                LinkGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .heartbeat(HeartbeatRequest.newBuilder()
                                .setHostId("abcdefgh12345678")
                                .setSessionEpoch(1)
                                .build());
                return Status.Code.OK;
            } catch (StatusRuntimeException e) {
                return e.getStatus().getCode();
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private Path pem(String who, String what) {
        return folder.resolve(who + "." + what + ".pem");
    }

    private void makeCertificate(String who) throws Exception {
        Path keys = folder.resolve(who + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder((keytool + " -genkeypair -alias a -keyalg EC -dname CN=" + who
                                + " -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass " + PASSWORD + " -keystore "
                                + keys)
                        .split(" "))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        write(pem(who, "cert"), "CERTIFICATE", store.getCertificate("a").getEncoded());
        write(
                pem(who, "key"),
                "PRIVATE KEY",
                store.getKey("a", PASSWORD.toCharArray()).getEncoded());
    }

    private static void write(Path file, String kind, byte[] bytes) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
