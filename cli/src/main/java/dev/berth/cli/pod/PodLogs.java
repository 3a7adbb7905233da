package dev.berth.cli.pod;

import com.google.protobuf.ByteString;
import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Format;
import dev.berth.cli.render.Human;
import dev.berth.proto.v1.GetPodLogsRequest;
import dev.berth.proto.v1.GetPodLogsResponse;
import dev.berth.proto.v1.LogLine;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code pod logs}: what a container wrote, or what the platform did with it. Into a pipe or a file go the bytes as
 * they are; on a terminal whatever could steer it is escaped (INV-53).
 */
public final class PodLogs implements Verb {
    private static final long WHOLE_LOG_SECONDS = 120;

    @Override
    public CommandSpec spec() {
        return Options.command("logs", "Show the log of a pod.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."))
                .addOption(Options.number("--tail", "N", "Begin with the last N lines, 0 to 5000. Default: 100."))
                .addOption(OptionSpec.builder("-f", "--follow")
                        .type(boolean.class)
                        .arity("0")
                        .description("Go on until the container ends.")
                        .build())
                .addOption(Options.flag("--system", "What the platform did, instead of what the container wrote."))
                .addOption(Options.flag("--timestamps", "Begin each line with its time."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        GetPodLogsRequest.Builder request = GetPodLogsRequest.newBuilder()
                .setPod(arguments.parameter(0))
                .setFollow(arguments.has("--follow"))
                .setSource(
                        arguments.has("--system")
                                ? GetPodLogsRequest.Source.SYSTEM
                                : GetPodLogsRequest.Source.CONTAINER);
        if (arguments.has("--tail")) {
            request.setTail(arguments.number("--tail", 0));
        }
        boolean timestamps = arguments.has("--timestamps");
        boolean raw = session.render().format() == Format.TABLE
                && !session.console().outIsTerminal().getAsBoolean();
        try {
            Iterator<GetPodLogsResponse> responses = open(request.build(), session);
            while (responses.hasNext() && write(responses.next(), raw, timestamps, session)) {}
        } catch (StatusRuntimeException e) {
            throw session.connection().failure(e);
        }
        return ExitCodes.DONE;
    }

    private static Iterator<GetPodLogsResponse> open(GetPodLogsRequest request, Session session) {
        var stub = session.connection().streams();
        return request.getFollow()
                ? stub.getPodLogs(request)
                : stub.withDeadlineAfter(WHOLE_LOG_SECONDS, TimeUnit.SECONDS).getPodLogs(request);
    }

    /** False when nobody reads any more. */
    private static boolean write(GetPodLogsResponse response, boolean raw, boolean timestamps, Session session) {
        PrintStream out = session.console().out();
        for (LogLine line : response.getLinesList()) {
            if (raw) {
                raw(out, line, timestamps);
            } else {
                session.render().element(line, () -> escaped(line, timestamps));
            }
        }
        return !out.checkError();
    }

    private static void raw(PrintStream out, LogLine line, boolean timestamps) {
        try {
            if (timestamps) {
                out.write(time(line).getBytes(StandardCharsets.US_ASCII));
            }
            line.getText().writeTo(out);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(LogLine line, boolean timestamps) {
        ByteString text = line.getText();
        return (timestamps ? time(line) : "") + Escape.bytes(text.asReadOnlyByteBuffer()) + "\n";
    }

    private static String time(LogLine line) {
        return Human.time(line.getTime()) + " ";
    }
}
