package dev.berth.cli.command;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;

/**
 * The outcome of a command that names several things: one that is refused is told and does not keep the others, and the
 * exit code is that of the first that failed. Used by one verb on its thread.
 */
public final class Several {
    private final Session session;
    private int exitCode = ExitCodes.DONE;

    public Several(Session session) {
        this.session = session;
    }

    /** Does a step; its failure is told and remembered. */
    public void attempt(Runnable step) {
        try {
            step.run();
        } catch (CliFailure e) {
            session.note("berth: " + e.sentences());
            add(e.exitCode());
        }
    }

    public void add(int code) {
        exitCode = exitCode == ExitCodes.DONE ? code : exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
