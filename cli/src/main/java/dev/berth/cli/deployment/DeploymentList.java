package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.ListDeploymentsRequest;
import dev.berth.proto.v1.ListDeploymentsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment ls}: all deployments, whatever the number of pages, as one answer. */
public final class DeploymentList implements Verb {
    private static final int WHOLE_PAGE = 1000;

    @Override
    public CommandSpec spec() {
        return Options.command("ls", "List deployments, newest first.")
                .addOption(Options.texts(
                        "--state",
                        "STATE",
                        "Only those that are active, completed, failed, stopping or stopped; may be repeated."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListDeploymentsRequest.Builder request =
                ListDeploymentsRequest.newBuilder().setPageSize(WHOLE_PAGE);
        for (String state : arguments.texts("--state")) {
            request.addStates(Values.word("--state", state, DeploymentText.states()));
        }
        ListDeploymentsResponse deployments = all(request, session);
        session.render().document(deployments, () -> table(deployments, session));
        return ExitCodes.DONE;
    }

    private static ListDeploymentsResponse all(ListDeploymentsRequest.Builder request, Session session) {
        ListDeploymentsResponse.Builder all = ListDeploymentsResponse.newBuilder();
        do {
            ListDeploymentsRequest next =
                    request.setPageToken(all.getNextPageToken()).build();
            ListDeploymentsResponse page = Deployments.ask(session, stub -> stub.listDeployments(next));
            all.addAllDeployments(page.getDeploymentsList()).setNextPageToken(page.getNextPageToken());
        } while (!all.getNextPageToken().isEmpty());
        return all.build();
    }

    private static String table(ListDeploymentsResponse deployments, Session session) {
        if (deployments.getDeploymentsCount() == 0) {
            session.note("No such deployments. Create one with: berth deployment create NAME --mode replicaset"
                    + " --replicas 2 --image IMAGE");
            return "";
        }
        return DeploymentText.table(deployments.getDeploymentsList(), session.clock());
    }
}
