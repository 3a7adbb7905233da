package dev.berth.cli;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/** {@code completion}: the script that makes a shell complete the commands and options of this program. */
final class Completion implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "completion", "Print the completion script of a shell. Use it with: source <(berth completion bash)");
        return spec.addPositional(Options.parameter(0, "SHELL", "bash or zsh."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String shell = arguments.parameter(0);
        String script =
                AutoComplete.bash(CommandTree.PROGRAM, CommandTree.whole().commandLine());
        session.console()
                .out()
                .print(
                        switch (shell) {
                            case "bash" -> script;
                            case "zsh" ->
                                "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                                        + script;
                            default ->
                                throw CliFailure.usage(
                                        "There is no completion for '" + shell + "'", "Name bash or zsh");
                        });
        return ExitCodes.DONE;
    }
}
