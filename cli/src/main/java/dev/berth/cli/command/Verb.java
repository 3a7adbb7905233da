package dev.berth.cli.command;

import picocli.CommandLine.Model.CommandSpec;

/**
 * One command of the program, such as {@code pod ls}: what it accepts and what it does. Built through picocli's model
 * rather than its annotations, whose reading took 40 ms of the start. One object serves one run.
 */
public interface Verb {
    /** Options, parameters and help, made anew. */
    CommandSpec spec();

    /**
     * Does it and returns the exit code; a {@link dev.berth.cli.outcome.CliFailure} is printed by the program.
     */
    int run(Arguments arguments, Session session);
}
