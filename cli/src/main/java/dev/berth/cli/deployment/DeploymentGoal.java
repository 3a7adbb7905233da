package dev.berth.cli.deployment;

import dev.berth.cli.command.Polling;
import dev.berth.cli.command.Session;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.DeploymentState;
import java.time.Duration;

/** What a command waits for in a deployment, and what its end means for the exit code. Blocks while it waits. */
enum DeploymentGoal {
    /** As many pods run as are to run at a time. */
    READY("ready"),
    /** As many pods have ended as were asked for. */
    DONE("done"),
    STOPPED("stopped");

    private final String word;

    DeploymentGoal(String word) {
        this.word = word;
    }

    /** The deployment as it was when the goal was reached, or could not be any more. */
    Deployment await(Deployment first, Duration timeout, Session session) {
        return new Polling<Deployment>(
                        session,
                        timeout,
                        seen -> Deployments.findAgain(first.getId(), session),
                        DeploymentText::progress,
                        word,
                        "berth deployment get " + Escape.text(first.getSpec().getName()))
                .until(first, seen -> isReached(seen) || isOver(seen));
    }

    /** The exit code for what the wait left. */
    int check(Deployment deployment, Session session) {
        if (isReached(deployment)) {
            return ExitCodes.DONE;
        }
        String message = Escape.text(deployment.getMessage());
        session.note("berth: Deployment " + Escape.text(deployment.getSpec().getName()) + " is "
                + DeploymentText.state(deployment.getState()) + ", not " + word
                + (message.isEmpty() ? "." : ": " + message + (message.endsWith(".") ? "" : "."))
                + " See what happened with: berth deployment events " + deployment.getId());
        return ExitCodes.FAILED;
    }

    private boolean isReached(Deployment deployment) {
        return switch (this) {
            case READY -> deployment.getState() == DeploymentState.COMPLETED || runs(deployment);
            case DONE -> deployment.getState() == DeploymentState.COMPLETED;
            case STOPPED -> isFinal(deployment);
        };
    }

    private boolean isOver(Deployment deployment) {
        boolean stopping = deployment.getState() == DeploymentState.DEPLOYMENT_STOPPING;
        return isFinal(deployment) || (stopping && this != STOPPED);
    }

    private static boolean runs(Deployment deployment) {
        Counters counters = deployment.getCounters();
        DeploymentSpec spec = deployment.getSpec();
        boolean settled = counters.getPending() == 0 && counters.getStarting() == 0;
        boolean enough = switch (spec.getMode()) {
            case REPLICA_SET -> settled && counters.getRunning() == spec.getReplicas();
            case JOB ->
                counters.getRunning()
                        >= Math.min(spec.getParallelism(), spec.getCompletions() - counters.getFinished());
            case CONTAINER -> counters.getRunning() > 0;
            case DEPLOYMENT_MODE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
        return enough && deployment.getState() == DeploymentState.ACTIVE;
    }

    private static boolean isFinal(Deployment deployment) {
        return switch (deployment.getState()) {
            case COMPLETED, DEPLOYMENT_FAILED, DEPLOYMENT_STOPPED -> true;
            case ACTIVE, DEPLOYMENT_STOPPING, DEPLOYMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
