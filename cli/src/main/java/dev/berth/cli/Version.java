package dev.berth.cli;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import picocli.CommandLine.Model.CommandSpec;

/** {@code version}: of this program and of the Java that runs it. */
final class Version implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("version", "Show the version of this program.");
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String packaged = Version.class.getPackage().getImplementationVersion();
        String version = packaged == null ? "unpackaged" : packaged;
        String java = Runtime.version().toString();
        session.console()
                .out()
                .print(
                        switch (session.render().format()) {
                            case TABLE -> "berth " + version + " (Java " + java + ")\n";
                            case JSON -> "{\"version\": \"" + version + "\", \"java\": \"" + java + "\"}\n";
                            case YAML -> "version: '" + version + "'\njava: '" + java + "'\n";
                        });
        return ExitCodes.DONE;
    }
}
