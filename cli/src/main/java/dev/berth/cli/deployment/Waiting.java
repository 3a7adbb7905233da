package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.WaitOptions;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a command that changes one deployment ends: at once, or after a wait for a goal. Read from the options before
 * anything is sent.
 *
 * @param goal null where nothing is waited for
 */
record Waiting(@Nullable DeploymentGoal goal, Duration timeout) {
    static Waiting of(Arguments arguments, DeploymentMode mode) {
        boolean asked = GoalOptions.isAsked(arguments);
        return new Waiting(asked ? GoalOptions.goal(arguments, mode) : null, WaitOptions.timeout(arguments));
    }

    /** Waits, writes the deployment, and returns the exit code. */
    int finish(Deployment deployment, Session session) {
        if (goal == null) {
            DeploymentOutput.print(List.of(deployment), session);
            return ExitCodes.DONE;
        }
        Deployment now = goal.await(deployment, timeout, session);
        DeploymentOutput.print(List.of(now), session);
        return goal.check(now, session);
    }
}
