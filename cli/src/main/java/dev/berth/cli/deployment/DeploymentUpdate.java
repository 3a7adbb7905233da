package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.workload.Cleared;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.cli.workload.Use;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.UpdateDeploymentRequest;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code deployment update}: reads the template, changes what the options name, and sends it with the version that it
 * read, so that a change which somebody else made in between is never undone.
 */
public final class DeploymentUpdate implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "update",
                        "Change what the pods of a deployment are. Only the options that are given change anything;"
                                + " --env and --label add to what there is, the other lists replace it.",
                        "Pods that no longer fit are replaced; all of them, where image, words or environment change.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."));
        SpecOptions.container(spec, Use.CHANGE);
        SpecOptions.request(spec);
        SpecOptions.policy(spec, Use.CHANGE);
        spec.addOption(Cleared.option());
        GoalOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        GoalOptions.isAsked(arguments);
        Deployment present = Deployments.find(arguments.parameter(0), session);
        Waiting waiting = Waiting.of(arguments, present.getSpec().getMode());
        PodSpec before = present.getSpec().getTemplate();
        PodSpec after = SpecEdit.of(arguments, Cleared.of(arguments, before), Use.CHANGE);
        if (after.equals(before)) {
            throw CliFailure.usage("The template is like that already", "Give the options that shall change");
        }
        UpdateDeploymentRequest request = UpdateDeploymentRequest.newBuilder()
                .setDeployment(present.getId())
                .setTemplate(after)
                .setExpectedVersion(present.getVersion())
                .setIdempotencyKey(session.newKey())
                .build();
        Deployment deployment = Deployments.untilAnswered(session, stub -> stub.updateDeployment(request))
                .getDeployment();
        return waiting.finish(deployment, session);
    }
}
