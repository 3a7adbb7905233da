package dev.berth.agent.container;

import java.util.List;
import java.util.Optional;

/**
 * A command to run beside what a container runs already.
 *
 * @param command exec form, not empty
 * @param stdin whether it gets a standard input; else it reads the end of one
 * @param terminal gives it a terminal of this size: all its output is then stdout
 */
public record ExecPlan(List<String> command, boolean stdin, Optional<TerminalSize> terminal) {
    public ExecPlan {
        command = List.copyOf(command);
    }
}
