package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static CliRun run(String... args) {
        return CliRun.of(Map.of("BERTH_ENDPOINT", "127.0.0.1:1"), false, args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod deploy",
                "pod ls",
                "pod get",
                "pod search",
                "pod logs",
                "pod events",
                "pod exec",
                "pod cp",
                "pod pause",
                "pod run",
                "pod edit",
                "pod restart",
                "pod reset",
                "pod terminate",
                "pod lock",
                "pod unlock",
                "pod watch",
                "pod explain",
                "pod simulate",
                "pod avoid-host",
                "deployment create",
                "deployment ls",
                "deployment get",
                "deployment scale",
                "deployment update",
                "deployment stop",
                "deployment delete",
                "deployment pods",
                "deployment events",
                "deployment endpoints",
                "deployment stop-pod",
                "volume create",
                "volume ls",
                "volume get",
                "volume resize",
                "volume delete",
                "volume restore",
                "host ls",
                "host get",
                "host cordon",
                "host uncordon",
                "host drain",
                "host maintain",
                "host give-up",
                "host events",
                "gpu ls",
                "gpu stock",
                "version",
                "completion"
            })
    void everyCommandExplainsItself(String command) {
        CliRun run = run((command + " --help").split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: berth " + command).contains("--output");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void podHelpListsTheExitCodes() {
        assertThat(run("pod", "--help").out())
                .contains("  5  no capacity or no balance")
                .contains("terminate");
        assertThat(run("--help").out()).contains("  pod").contains("completion");
    }

    @Test
    void nounAloneShowsItsHelpOnStandardError() {
        for (String words : new String[] {"", "pod", "deployment", "volume", "host", "-o json gpu"}) {
            CliRun run = words.isEmpty() ? run() : run(words.split(" "));
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).startsWith("Usage: berth");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void misspelledWordsAreAnsweredWithAProposal() {
        assertThat(run("pos", "ls").err()).contains("Perhaps pod or host? See berth --help.");
        assertThat(run("pod", "lss").err()).contains("Perhaps ls? See berth pod --help.");
        CliRun run = run("pod", "deploy", "t", "--imag", "i");
        assertThat(run.err()).contains("Perhaps --image? See berth pod deploy --help.");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void missingParametersAreNamed() {
        CliRun run = run("pod", "get");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("berth: Missing required parameter: 'POD'. See berth pod get --help.\n");
        assertThat(run("pod", "terminate", "--wait").exitCode()).isEqualTo(2);
        assertThat(run("pod", "deploy", "--image", "i").err()).contains("Missing required parameter: 'NAME'");
    }

    @Test
    void argumentThatBeginsWithAtIsNotAFile() {
        CliRun run = run("pod", "get", "@/etc/hostname");
        assertThat(run.exitCode()).isEqualTo(6);
    }

    @Test
    void controlCharactersOfArgumentsAreNotEchoed() {
        assertThat(run("pod", "\u001b[2J").err()).doesNotContain("\u001b").contains("\\x1b[2J");
    }

    @Test
    void versionIsTheSameInEveryFormat() {
        assertThat(run("version").out()).startsWith("berth ").contains("Java 25");
        assertThat(run("version", "-o", "json").out()).startsWith("{\"version\": \"");
        assertThat(run("version", "-o", "yaml").out()).startsWith("version: '");
    }

    @Test
    void completionIsAScriptThatBashAccepts() throws Exception {
        CliRun run = run("completion", "bash");
        assertThat(run.out())
                .contains(
                        "terminate",
                        "--wait-timeout",
                        "stop-pod",
                        "give-up",
                        "--cpu-units",
                        "restore",
                        "--pod-volume",
                        "complete -F");
        Process bash =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (Writer input = new OutputStreamWriter(bash.getOutputStream(), StandardCharsets.UTF_8)) {
            input.write(run.out());
        }
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(said).isZero();
        assertThat(run("completion", "zsh").out()).startsWith("autoload");
        assertThat(run("completion", "fish").exitCode()).isEqualTo(2);
    }
}
