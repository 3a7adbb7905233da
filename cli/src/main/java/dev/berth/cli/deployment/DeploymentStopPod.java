package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.StopDeploymentPodRequest;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment stop-pod}: ends one pod of a deployment, with or without a replacement. */
public final class DeploymentStopPod implements Verb {
    private static final String DECREASE = "--decrease-replicas";

    @Override
    public CommandSpec spec() {
        return Options.command("stop-pod", "End one pod of a deployment; a replacement follows.")
                .addPositional(Options.parameter(0, "POD", "Id of the pod, as deployment pods shows it."))
                .addOption(
                        Options.flag(DECREASE, "No replacement: replicas, or the parallelism of a job, fall by one."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        StopDeploymentPodRequest request = StopDeploymentPodRequest.newBuilder()
                .setPod(arguments.parameter(0))
                .setDecreaseReplicas(arguments.has(DECREASE))
                .setIdempotencyKey(session.newKey())
                .build();
        Deployment deployment = Deployments.untilAnswered(session, stub -> stub.stopDeploymentPod(request))
                .getDeployment();
        DeploymentOutput.print(List.of(deployment), session);
        return ExitCodes.DONE;
    }
}
