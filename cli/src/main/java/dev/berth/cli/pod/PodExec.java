package dev.berth.cli.pod;

import com.google.protobuf.ByteString;
import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Console;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.exec.ExecCall;
import dev.berth.cli.exec.PlainOutput;
import dev.berth.cli.exec.Terminal;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code pod exec}: runs a command in a pod's container. What it writes is read on the run's thread, what it reads is
 * sent on one of its own.
 */
public final class PodExec implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "exec",
                        "Run a command in the container of a running pod.",
                        "The exit code is the command's own; 126 and 127 say that it could not be started. Where the"
                                + " client itself fails it says so in a line that begins with 'berth:'.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."))
                .addPositional(Options.parameters(1, "1..*", "CMD", "Command after --, word by word."))
                .addOption(flag("-i", "--stdin", "Send standard input to the command."))
                .addOption(flag("-t", "--tty", "Give the command a terminal, this one. Together with -i."));
        spec.usageMessage().footer("", "berth pod exec -it POD -- bash", "tar -c . | berth pod exec -i POD -- tar -x");
        return spec;
    }

    private static OptionSpec flag(String letter, String name, String description) {
        return OptionSpec.builder(letter, name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean stdin = arguments.has("--stdin");
        boolean tty = arguments.has("--tty");
        if (tty && !session.console().inIsTerminal().getAsBoolean()) {
            throw CliFailure.usage("-t lends this terminal to the command, and standard input is none", "Leave -t out");
        }
        ExecStart.Builder start = ExecStart.newBuilder()
                .setPod(arguments.parameter(0))
                .addAllCommand(arguments.parameters(1))
                .setStdin(stdin);
        if (tty) {
            start.setTerminal(Terminal.size());
        }
        try (ExecCall call = ExecCall.open(session, start.build())) {
            return codeOf(tty ? onTerminal(call, stdin, session) : plain(call, stdin, session));
        }
    }

    /** The terminal is lent once the command has started, so that a refusal finds it as it was. */
    private static ExecExit onTerminal(ExecCall call, boolean stdin, Session session) {
        ExecPodResponse first = call.next();
        try (Terminal terminal = Terminal.raw()) {
            terminal.onResize(() -> call.send(
                    ExecPodRequest.newBuilder().setResize(Terminal.size()).build()));
            if (stdin) {
                feed(call, session.console().in(), true);
            }
            return read(call, first, session, false);
        }
    }

    private static ExecExit plain(ExecCall call, boolean stdin, Session session) {
        if (stdin) {
            feed(call, session.console().in(), false);
        }
        return read(call, null, session, true);
    }

    private static ExecExit read(ExecCall call, @Nullable ExecPodResponse first, Session session, boolean escape) {
        Console console = session.console();
        PlainOutput out =
                new PlainOutput(console.out(), escape && console.outIsTerminal().getAsBoolean());
        PlainOutput err =
                new PlainOutput(console.err(), escape && console.errIsTerminal().getAsBoolean());
        ExecPodResponse response = first == null ? call.next() : first;
        while (!response.hasExit()) {
            out.write(response.getStdout());
            err.write(response.getStderr());
            if (out.isBroken()) {
                // As a program whose reader has left: it ends, and the command with it.
                return ExecExit.newBuilder().setCode(ExitCodes.FAILED).build();
            }
            response = call.next();
        }
        out.end();
        err.end();
        return response.getExit();
    }

    private static int codeOf(ExecExit exit) {
        if (!exit.getNotStarted().isEmpty()) {
            throw new CliFailure(
                    exit.getCode(),
                    "The command could not be started: " + Escape.cell(exit.getNotStarted()),
                    "Name a program that the pod's image has");
        }
        return exit.getCode();
    }

    private static void feed(ExecCall call, InputStream in, boolean terminal) {
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            byte[] bytes = new byte[ExecCall.MOST_BYTES];
            try {
                int length = in.read(bytes);
                while (length >= 0 && call.stdin(ByteString.copyFrom(bytes, 0, length))) {
                    length = in.read(bytes);
                }
            } catch (IOException e) {
                // Input that cannot be read is input that has ended.
                assert !terminal || e.getMessage() != null;
            }
            call.stdinEnd();
        });
    }
}
