package dev.berth.cli;

import dev.berth.cli.command.Console;
import dev.berth.cli.command.Options;
import dev.berth.cli.connection.Connector;
import dev.berth.cli.connection.EarlyConnection;
import dev.berth.cli.connection.Pause;
import dev.berth.cli.outcome.CliFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The entry of the process: gives the run its environment, streams and clock, and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // For the few reflective calls of a short run the JDK's own accessors cost less than the classes it would spin.
        System.setProperty("jdk.reflect.useNativeAccessorOnly", "true");
        List<String> words = List.of(args);
        Map<String, String> environment = System.getenv();
        Console console = Console.ofProcess();
        int exitCode = new Cli(
                        environment,
                        console,
                        InstantSource.system(),
                        Pause.real(),
                        connector -> early(words, environment, connector))
                .run(words);
        console.out().flush();
        System.exit(exitCode);
    }

    /** Only where it is plain that there will be a call, and to where. */
    private static Connector early(List<String> words, Map<String, String> environment, Connector connector) {
        boolean calls = !words.isEmpty() && Verbs.NOUNS.contains(words.getFirst()) && words.size() > 1;
        for (String word : words) {
            calls &= !word.startsWith(Options.ENDPOINT) && !word.equals(Options.HELP) && !word.equals("-h");
        }
        try {
            return calls ? EarlyConnection.start(environment, connector) : connector;
        } catch (CliFailure e) {
            // The run meets it again, and says it.
            return connector;
        }
    }
}
