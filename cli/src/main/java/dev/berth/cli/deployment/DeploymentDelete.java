package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Polling;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.cli.command.WaitOptions;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment delete}: stops deployments where that is needed, then forgets them. */
public final class DeploymentDelete implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("delete", "End all pods of deployments and forget the deployments.")
                .addPositional(Options.parameters(0, "1..*", "NAME", "Id or name of a deployment."));
        WaitOptions.addTo(spec, "the deployment is gone");
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
        for (Deployment deployment : wait ? asked : List.<Deployment>of()) {
            several.attempt(() -> untilGone(deployment, timeout, session));
        }
        DeploymentOutput.print(asked, session);
        return several.exitCode();
    }

    private static Deployment ask(String name, Session session) {
        DeploymentActionRequest request = DeploymentActionRequest.newBuilder()
                .setDeployment(name)
                .setIdempotencyKey(session.newKey())
                .build();
        return Deployments.untilAnswered(session, stub -> stub.deleteDeployment(request))
                .getDeployment();
    }

    private static void untilGone(Deployment deployment, Duration timeout, Session session) {
        String name = Escape.text(deployment.getSpec().getName());
        new Polling<Optional<Deployment>>(
                        session,
                        timeout,
                        seen -> look(deployment.getId(), session),
                        seen -> seen.map(DeploymentText::progress).orElse(name + ": gone"),
                        "gone",
                        "berth deployment get " + name)
                .until(Optional.of(deployment), Optional::isEmpty);
    }

    private static Optional<Deployment> look(String id, Session session) {
        try {
            return Optional.of(Deployments.findAgain(id, session));
        } catch (CliFailure e) {
            if (e.exitCode() == ExitCodes.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
