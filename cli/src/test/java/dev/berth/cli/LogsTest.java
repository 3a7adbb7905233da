package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.GetPodLogsRequest;
import dev.berth.proto.v1.GetPodLogsResponse;
import dev.berth.proto.v1.LogLine;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest {
    private static final byte[] NASTY = {'a', 0x1b, '[', '2', 'J', (byte) 0xff, '\r', '\t', (byte) 0xc3, (byte) 0xa4};

    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private static GetPodLogsResponse lines(byte[]... texts) {
        GetPodLogsResponse.Builder response = GetPodLogsResponse.newBuilder();
        for (byte[] text : texts) {
            response.addLines(LogLine.newBuilder()
                    .setStream(LogLine.Stream.STDOUT)
                    .setTime(Timestamp.newBuilder()
                            .setSeconds(CliRun.NOW.getEpochSecond())
                            .setNanos(5_000_000))
                    .setText(ByteString.copyFrom(text)));
        }
        return response.build();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void bytesOfTheContainerReachAPipeUnchanged() {
        controller.answers(lines(NASTY, ascii("b")), lines(ascii("c")));
        CliRun run = CliRun.of(controller, "pod", "logs", "t");
        byte[] expected = new byte[NASTY.length + 5];
        System.arraycopy(NASTY, 0, expected, 0, NASTY.length);
        System.arraycopy(ascii("\nb\nc\n"), 0, expected, NASTY.length, 5);
        assertThat(run.bytes().toByteArray()).isEqualTo(expected);
    }

    @Test
    void terminalIsNeverSteeredByAContainer() {
        controller.answers(lines(NASTY));
        CliRun run = CliRun.of(Map.of("BERTH_ENDPOINT", controller.endpoint()), true, "pod", "logs", "t");
        assertThat(run.out()).isEqualTo("a\\x1b[2J\\xff\\x0d\tä\n");
    }

    @Test
    void optionsBecomeTheRequest() {
        controller.answers().answers();
        CliRun.of(controller, "pod", "logs", "t", "--tail", "0", "-f", "--system");
        CliRun.of(controller, "pod", "logs", "t");
        assertThat(controller.asked(0, GetPodLogsRequest.class))
                .isEqualTo(GetPodLogsRequest.newBuilder()
                        .setPod("t")
                        .setTail(0)
                        .setFollow(true)
                        .setSource(GetPodLogsRequest.Source.SYSTEM)
                        .build());
        assertThat(controller.asked(1, GetPodLogsRequest.class))
                .isEqualTo(GetPodLogsRequest.newBuilder()
                        .setPod("t")
                        .setSource(GetPodLogsRequest.Source.CONTAINER)
                        .build());
    }

    @Test
    void timestampsStandBeforeEachLine() {
        controller.answers(lines(ascii("x"), ascii("y")));
        CliRun run = CliRun.of(controller, "pod", "logs", "t", "--timestamps");
        assertThat(run.out()).isEqualTo("2026-01-31T12:00:00.005Z x\n2026-01-31T12:00:00.005Z y\n");
    }

    @Test
    void jsonIsALineForEachLine() {
        controller.answers(lines(ascii("x"), ascii("y")));
        CliRun run = CliRun.of(controller, "pod", "logs", "t", "-o", "json");
        assertThat(run.out()).isEqualTo("""
                {"time":"2026-01-31T12:00:00.005Z","stream":"STDOUT","text":"eA=="}
                {"time":"2026-01-31T12:00:00.005Z","stream":"STDOUT","text":"eQ=="}
                """);
    }

    @Test
    void streamThatBreaksKeepsWhatCameAndIsExitCodeSix() {
        controller.answers(lines(ascii("x")), Status.UNAVAILABLE.withDescription("Host sim-1 is not connected"));
        CliRun run = CliRun.of(controller, "pod", "logs", "t", "--follow");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.out()).isEqualTo("x\n");
        assertThat(run.err()).isEqualTo("berth: Host sim-1 is not connected. Try again in a moment.\n");
    }
}
