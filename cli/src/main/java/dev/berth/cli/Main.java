package dev.berth.cli;

import dev.berth.cli.command.Console;
import dev.berth.cli.connection.Pause;
import java.time.InstantSource;
import java.util.List;

/** The entry of the process: gives the run its environment, streams and clock, and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int exitCode = new Cli(System.getenv(), console, InstantSource.system(), Pause.real()).run(List.of(args));
        console.out().flush();
        System.exit(exitCode);
    }
}
