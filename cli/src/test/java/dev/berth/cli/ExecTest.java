package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import dev.berth.proto.v1.ExecStarted;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What exec and cp ask and how they end, against scripted answers. */
class ExecTest {
    @TempDir
    private Path folder;

    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private static ExecPodResponse started() {
        return ExecPodResponse.newBuilder()
                .setStarted(ExecStarted.getDefaultInstance())
                .build();
    }

    private static ExecPodResponse out(String text) {
        return ExecPodResponse.newBuilder()
                .setStdout(ByteString.copyFrom(text, StandardCharsets.ISO_8859_1))
                .build();
    }

    private static ExecPodResponse err(String text) {
        return ExecPodResponse.newBuilder()
                .setStderr(ByteString.copyFromUtf8(text))
                .build();
    }

    private static ExecPodResponse exit(int code, String notStarted) {
        return ExecPodResponse.newBuilder()
                .setExit(ExecExit.newBuilder().setCode(code).setNotStarted(notStarted))
                .build();
    }

    private Map<String, String> environment() {
        return Map.of("BERTH_ENDPOINT", controller.endpoint());
    }

    @Test
    void outputsComeApartAndTheCodeIsTheCommands() {
        controller.answers(started(), out("a\u001b\u00ff"), err("b"), exit(7, ""));
        CliRun run = CliRun.of(controller, "pod", "exec", "p", "--", "ls", "-l", "--", "x");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.bytes().toString(StandardCharsets.ISO_8859_1)).isEqualTo("a\u001b\u00ff");
        assertThat(run.err()).isEqualTo("b");
        assertThat(controller.asked(0, ExecPodRequest.class).getStart())
                .isEqualTo(ExecStart.newBuilder()
                        .setPod("p")
                        .addAllCommand(List.of("ls", "-l", "--", "x"))
                        .build());
    }

    @Test
    void inputIsSentInPiecesAndEnded() {
        controller.answers(started(), exit(0, ""));
        byte[] input = new byte[150_000];
        CliRun run =
                CliRun.of(environment(), new ByteArrayInputStream(input), false, "pod", "exec", "-i", "p", "--", "cat");
        assertThat(run.exitCode()).isZero();
        int sent = 0;
        for (Message message : controller.asked()) {
            ExecPodRequest request = (ExecPodRequest) message;
            assertThat(request.getStdin().size()).isLessThanOrEqualTo(64 << 10);
            sent += request.getStdin().size();
        }
        assertThat(sent).isEqualTo(input.length);
        assertThat(((ExecPodRequest) controller.asked().getLast()).hasStdinEnd())
                .isTrue();
    }

    @Test
    void terminalThatWasNotLentIsNotSteered() {
        String text = "\u001b[2Jtwo\nä";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteString all = ByteString.copyFrom(bytes);
        controller.answers(
                ExecPodResponse.newBuilder()
                        .setStdout(all.substring(0, bytes.length - 1))
                        .build(),
                ExecPodResponse.newBuilder()
                        .setStdout(all.substring(bytes.length - 1))
                        .build(),
                exit(0, ""));
        CliRun run = CliRun.of(environment(), true, "pod", "exec", "p", "--", "x");
        assertThat(run.out()).isEqualTo("\\x1b[2Jtwo\nä");
    }

    @Test
    void whatCouldNotBeStartedOrWasRefusedIsSaidInOneLine() {
        controller.answers(exit(127, "exec: \"nosuch\": executable file not found in $PATH"));
        CliRun missing = CliRun.of(controller, "pod", "exec", "p", "--", "nosuch");
        assertThat(missing.exitCode()).isEqualTo(127);
        assertThat(missing.err())
                .startsWith("berth: The command could not be started:")
                .contains("nosuch");
        controller.answers(started(), Status.UNAVAILABLE.withDescription("Host a is not connected"));
        CliRun lost = CliRun.of(controller, "pod", "exec", "p", "--", "x");
        assertThat(lost.exitCode()).isEqualTo(6);
        assertThat(lost.err()).isEqualTo("berth: Host a is not connected. Try again in a moment.\n");
        assertThat(CliRun.of(controller, "pod", "exec", "-it", "p", "--", "x").exitCode())
                .isEqualTo(2);
        assertThat(CliRun.of(controller, "pod", "exec", "p").exitCode()).isEqualTo(2);
    }

    @Test
    void imageWithoutTarIsSaidSo() throws Exception {
        controller.answers(exit(127, "exec: \"tar\": executable file not found in $PATH"));
        CliRun fetch = CliRun.of(controller, "pod", "cp", "p:/x", folder.toString());
        assertThat(fetch.exitCode()).isEqualTo(4);
        assertThat(fetch.err()).contains("has no tar");
        Path file = Files.writeString(folder.resolve("f"), "x");
        controller.answers(exit(0, "")).answers(exit(127, "no tar"));
        CliRun send = CliRun.of(controller, "pod", "cp", file.toString(), "p:/x");
        assertThat(send.exitCode()).isEqualTo(4);
        assertThat(send.err()).contains("has no tar");
    }

    @Test
    void tarThatFailsIsQuoted() {
        controller.answers(started(), err("tar: /x: Cannot stat\u001b[2J"), exit(2, ""));
        CliRun run = CliRun.of(controller, "pod", "cp", "p:/x", folder.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("code 2", "Cannot stat\\x1b[2J");
    }

    @Test
    void tarThatWritesOnAfterTheEndOfItsArchiveIsLeft() {
        String zeros = "\0".repeat(60_000);
        controller.answers(started(), out(zeros), out(zeros), out(zeros), exit(0, ""));
        assertThat(CliRun.of(controller, "pod", "cp", "p:/x", folder.toString()).exitCode())
                .isZero();
        Object[] endless = new Object[20];
        Arrays.fill(endless, out(zeros));
        endless[19] = exit(0, "");
        controller.answers(endless);
        CliRun run = CliRun.of(controller, "pod", "cp", "p:/x", folder.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("after its end");
    }

    @Test
    void oneSideAndOnlyOneIsInAPod() {
        assertThat(CliRun.of(controller, "pod", "cp", "a", "b").err()).contains("Neither SRC nor DST");
        assertThat(CliRun.of(controller, "pod", "cp", "a:/x", "b:/y").err()).contains("Both SRC and DST");
        assertThat(CliRun.of(controller, "pod", "cp", "a:", "b").exitCode()).isEqualTo(2);
        assertThat(CliRun.of(controller, "pod", "cp", "./a:b", "./c:d").err()).contains("Neither");
        assertThat(CliRun.of(controller, "pod", "cp", "p:/x/..", "b").exitCode())
                .isEqualTo(2);
        assertThat(controller.asked()).isEmpty();
    }
}
