package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.ListPodsResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process, where it connects early and without TLS. */
class ProcessTest {
    private record Ended(int exitCode, String said) {}

    private static Ended berth(String endpoint, String... args) throws IOException, InterruptedException {
        return berth(endpoint, List.of(), args);
    }

    private static Ended berth(String endpoint, List<String> flags, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(flags);
        command.add("dev.berth.cli.Main");
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_") || name.startsWith("JAVA_"));
        builder.environment().put("BERTH_ENDPOINT", endpoint);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        return new Ended(process.exitValue(), said);
    }

    @Test
    void earlyConnectionCarriesTheCall() throws Exception {
        try (FakeController controller = new FakeController()) {
            controller.answers(
                    ListPodsResponse.newBuilder().addPods(Pods.running(1)).build());
            Ended ended = berth(controller.endpoint(), "pod", "ls");
            assertThat(ended.said()).startsWith("ID  ").contains("RUNNING").hasLineCount(2);
            assertThat(ended.exitCode()).isZero();
        }
    }

    /** Verbs that nobody called cost nothing in the time to start. */
    @Test
    void onlyTheVerbThatIsCalledIsLoaded(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("classes");
        try (FakeController controller = new FakeController()) {
            controller.answers(
                    ListPodsResponse.newBuilder().addPods(Pods.running(1)).build());
            berth(controller.endpoint(), List.of("-Xlog:class+load:file=" + log), "pod", "ls");
        }
        List<String> verbs = Files.readAllLines(log).stream()
                .filter(line -> line.contains(" dev.berth.cli."))
                .map(line -> line.replaceAll(".* (dev\\.berth\\.cli\\.\\S+).*", "$1"))
                .filter(name -> name.matches("dev\\.berth\\.cli\\.(pod|deployment|host|gpu|workload)\\..*"))
                .filter(name -> !name.contains("$$Lambda"))
                .distinct()
                .toList();
        assertThat(verbs).containsExactlyInAnyOrder("dev.berth.cli.pod.PodList", "dev.berth.cli.workload.PodText");
    }

    @Test
    void endpointOptionGoesBeforeTheEnvironment() throws Exception {
        try (FakeController controller = new FakeController()) {
            controller.answers(
                    ListPodsResponse.newBuilder().addPods(Pods.running(1)).build());
            Ended ended = berth("127.0.0.1:1", "pod", "ls", "-o", "json", "--endpoint", controller.endpoint());
            assertThat(ended.said()).startsWith("{\n  \"pods\"");
            assertThat(ended.exitCode()).isZero();
        }
    }

    @Test
    void whatGoesWrongIsOneLineAndAnExitCode() throws Exception {
        Ended unreachable = berth("127.0.0.1:1", "pod", "ls");
        assertThat(unreachable.said())
                .startsWith("berth: No controller answers at 127.0.0.1:1")
                .hasLineCount(1);
        assertThat(unreachable.exitCode()).isEqualTo(6);
        Ended usage = berth("nonsense", "pod", "ls");
        assertThat(usage.said())
                .startsWith("berth: The endpoint 'nonsense' has no port")
                .hasLineCount(1);
        assertThat(usage.exitCode()).isEqualTo(2);
        assertThat(berth("127.0.0.1:1", "pod", "ls", "--what").exitCode()).isEqualTo(2);
    }
}
