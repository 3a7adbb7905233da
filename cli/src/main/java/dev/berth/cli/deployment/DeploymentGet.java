package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.Deployment;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment get}: all that is known of one deployment. */
public final class DeploymentGet implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("get", "Show one deployment.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        Deployment deployment = Deployments.find(arguments.parameter(0), session);
        session.render().document(deployment, () -> DeploymentDetails.of(deployment, session.clock()));
        return ExitCodes.DONE;
    }
}
