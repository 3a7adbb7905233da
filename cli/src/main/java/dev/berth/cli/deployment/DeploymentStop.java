package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.cli.command.WaitOptions;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment stop}: ends all pods of deployments, for good; all are asked first, then waited for. */
public final class DeploymentStop implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "stop", "End all pods of deployments. Final: a stopped deployment is never started again.")
                .addPositional(Options.parameters(0, "1..*", "NAME", "Id or name of a deployment."));
        WaitOptions.addTo(spec, "all pods have ended");
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        boolean wait = WaitOptions.isAsked(arguments);
        Duration timeout = WaitOptions.timeout(arguments);
        Several several = new Several(session);
        List<Deployment> asked = new ArrayList<>();
        for (String name : arguments.parameters(0)) {
            several.attempt(() -> asked.add(ask(name, session)));
        }
        List<Deployment> left = new ArrayList<>();
        for (Deployment deployment : asked) {
            several.attempt(() -> {
                Deployment now = wait ? DeploymentGoal.STOPPED.await(deployment, timeout, session) : deployment;
                left.add(now);
                several.add(wait ? DeploymentGoal.STOPPED.check(now, session) : ExitCodes.DONE);
            });
        }
        DeploymentOutput.print(left, session);
        return several.exitCode();
    }

    private static Deployment ask(String name, Session session) {
        DeploymentActionRequest request = DeploymentActionRequest.newBuilder()
                .setDeployment(name)
                .setIdempotencyKey(session.newKey())
                .build();
        return Deployments.untilAnswered(session, stub -> stub.stopDeployment(request))
                .getDeployment();
    }
}
