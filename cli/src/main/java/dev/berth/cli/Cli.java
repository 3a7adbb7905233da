package dev.berth.cli;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Console;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.Verb;
import dev.berth.cli.connection.Connection;
import dev.berth.cli.connection.Connector;
import dev.berth.cli.connection.Endpoint;
import dev.berth.cli.connection.Pause;
import dev.berth.cli.connection.Retry;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Format;
import dev.berth.cli.render.Render;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * One run of the program: parse, connect where the verb asks for it, do, say what went wrong in two sentences, and
 * return the exit code. Called by {@link Main} and by tests, on one thread.
 */
final class Cli {
    private final Map<String, String> environment;
    private final Console console;
    private final InstantSource clock;
    private final Pause pause;
    private final Connector connector;
    private @Nullable Connection connection;

    Cli(
            Map<String, String> environment,
            Console console,
            InstantSource clock,
            Pause pause,
            UnaryOperator<Connector> connectors) {
        this.environment = environment;
        this.console = console;
        this.clock = clock;
        this.pause = pause;
        this.connector = connectors.apply(
                endpoint -> Connection.open(endpoint, environment, new Retry(clock, pause, console.err())));
    }

    int run(List<String> args) {
        try {
            return parseAndRun(args);
        } catch (CliFailure e) {
            return say(e);
        } finally {
            console.out().flush();
            console.err().flush();
            if (connection != null) {
                connection.close();
            }
        }
    }

    private int parseAndRun(List<String> args) {
        CommandTree tree = CommandTree.of(args);
        ParseResult parsed;
        try {
            parsed = tree.commandLine().parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            return say(misunderstood(e));
        }
        CommandLine called = parsed.asCommandLineList().getLast();
        if (called.isUsageHelpRequested()) {
            called.usage(console.out());
            return ExitCodes.DONE;
        }
        Verb verb = tree.verb(called.getCommandSpec());
        if (verb == null) {
            called.usage(console.err());
            return ExitCodes.USAGE;
        }
        Arguments arguments = new Arguments(parsed);
        return verb.run(arguments, session(arguments));
    }

    private Session session(Arguments arguments) {
        Format format = Values.constant(
                Options.OUTPUT, arguments.text(Options.OUTPUT, Format.TABLE.name()), List.of(Format.values()));
        return new Session(
                () -> connect(arguments),
                console,
                new Render(format, console.out()),
                clock,
                pause,
                () -> UUID.randomUUID().toString());
    }

    private Connection connect(Arguments arguments) {
        Connection open = connection;
        if (open == null) {
            String named = environment.getOrDefault("BERTH_ENDPOINT", Endpoint.DEFAULT);
            open = connector.connect(Endpoint.parse(arguments.text(Options.ENDPOINT, named)));
            connection = open;
        }
        return open;
    }

    private int say(CliFailure failure) {
        console.out().flush();
        console.err().println("berth: " + failure.sentences());
        return failure.exitCode();
    }

    private static CliFailure misunderstood(ParameterException e) {
        String words = e.getCommandLine().getCommandSpec().qualifiedName();
        String next = "See " + words + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            next = suggestions.isEmpty() ? next : "Perhaps " + String.join(" or ", suggestions) + "? " + next;
        }
        String message = e.getMessage();
        return CliFailure.usage(Escape.cell(message == null ? "The command is not understood" : message), next);
    }
}
