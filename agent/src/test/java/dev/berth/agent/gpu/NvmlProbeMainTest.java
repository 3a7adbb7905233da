package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The probe as a person starts it: the real program, its output and its exit code. */
final class NvmlProbeMainTest {
    @RegisterExtension
    static final FakeNvml FAKE = new FakeNvml();

    @TempDir
    Path temp;

    private record Ended(int code, String output) {}

    private static Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    private static ProcessBuilder probe(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NvmlProbeMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    @Test
    void inventoryIsOneJsonDocumentOverSeveralLines() throws Exception {
        Scenario scenario =
                new Scenario(temp, FAKE.abi()).driver("590.48.01", 13010).gpus(2, "L4");
        ProcessBuilder builder =
                probe("--pretty", "--library", FAKE.library(FakeNvml.NEWEST).toString());
        builder.environment().putAll(scenario.write());
        Ended ended = run(builder);
        assertThat(ended.code()).isZero();
        assertThat(ended.output().lines().count()).isGreaterThan(20);
        assertThat(GpuInventoryJson.read(ended.output()).gpus()).hasSize(2);
    }

    @Test
    void hostWithoutDriverEndsWithOneAndSaysWhatWasTried() throws Exception {
        Ended ended = run(probe("--library", temp.resolve("absent.so.1").toString()));
        assertThat(ended.code()).isEqualTo(1);
        GpuInventory inventory = GpuInventoryJson.read(ended.output());
        assertThat(inventory.outcome()).isEqualTo(GpuInventory.Outcome.NO_DRIVER);
        assertThat(inventory.problems()).singleElement().asString().contains("absent.so.1");
    }

    @Test
    void wrongArgumentsEndWithTwoAndTheUsage() throws Exception {
        assertThat(run(probe("--colour")))
                .isEqualTo(new Ended(2, "unknown argument --colour\n" + NvmlProbeMain.USAGE + "\n"));
        assertThat(run(probe("--library")).code()).isEqualTo(2);
        assertThat(run(probe("--limit-millis", "soon")).code()).isEqualTo(2);
    }

    @Test
    void probeThatHangsEndsItselfWhenItsAgentIsGone() throws Exception {
        Scenario scenario =
                new Scenario(temp, FAKE.abi()).driver("590.48.01", 13010).line("call nvmlInit_v2 hang");
        ProcessBuilder builder = probe(
                "--limit-millis",
                "500",
                "--library",
                FAKE.library(FakeNvml.NEWEST).toString());
        builder.environment().putAll(scenario.write());
        assertThat(run(builder)).isEqualTo(new Ended(75, ""));
    }
}
