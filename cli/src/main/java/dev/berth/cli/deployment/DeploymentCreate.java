package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.render.Escape;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.cli.workload.Use;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.CreateDeploymentResponse;
import dev.berth.proto.v1.DeploymentSpec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment create}: asks for a deployment, and waits for its pods where that is asked. */
public final class DeploymentCreate implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("create", "Create a deployment.")
                .addPositional(Options.parameter(
                        0, "NAME", "Name of the deployment, 1 to 63 characters, unique while it exists."));
        DeploymentRequest.addTo(spec);
        SpecOptions.container(spec, Use.TEMPLATE);
        SpecOptions.request(spec);
        SpecOptions.policy(spec, Use.TEMPLATE);
        spec.addOption(Options.text(
                "--idempotency-key", "KEY", "The same key and wish never create twice. Default: a new one."));
        GoalOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        DeploymentSpec wish = DeploymentRequest.of(arguments);
        Waiting waiting = Waiting.of(arguments, wish.getMode());
        CreateDeploymentRequest request = CreateDeploymentRequest.newBuilder()
                .setSpec(wish)
                .setIdempotencyKey(arguments.text("--idempotency-key", session.newKey()))
                .build();
        CreateDeploymentResponse response = Deployments.untilAnswered(session, stub -> stub.createDeployment(request));
        response.getWarningsList().forEach(warning -> session.note("warning: " + Escape.text(warning)));
        return waiting.finish(response.getDeployment(), session);
    }
}
