package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.DeploymentEvent;
import dev.berth.proto.v1.ListDeploymentEventsRequest;
import dev.berth.proto.v1.ListDeploymentEventsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment events}: what happened to a deployment and its pods, why, and who asked for it. */
public final class DeploymentEvents implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("events", "Show what happened to a deployment, oldest first; the last 1000.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListDeploymentEventsRequest request = ListDeploymentEventsRequest.newBuilder()
                .setDeployment(arguments.parameter(0))
                .build();
        ListDeploymentEventsResponse events = Deployments.ask(session, stub -> stub.listDeploymentEvents(request));
        session.render().document(events, () -> table(events));
        return ExitCodes.DONE;
    }

    private static String table(ListDeploymentEventsResponse events) {
        Table table = new Table("TIME", "POD", "REASON", "BY", "MESSAGE");
        for (DeploymentEvent event : events.getEventsList()) {
            table.row(
                    Human.time(event.getTime()),
                    event.getPodId().isEmpty() ? "-" : event.getPodId(),
                    PodText.name(event.getReason()),
                    event.getActor().getName(),
                    event.getMessage());
        }
        return table.toString();
    }
}
