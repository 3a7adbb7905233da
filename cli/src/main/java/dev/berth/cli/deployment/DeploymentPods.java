package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Table;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodView;
import picocli.CommandLine.Model.CommandSpec;

/** {@code deployment pods}: the pods of one deployment, whatever the number of pages, as one answer. */
public final class DeploymentPods implements Verb {
    private static final int WHOLE_PAGE = 1000;

    @Override
    public CommandSpec spec() {
        return Options.command("pods", "List the pods of a deployment, newest first.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."))
                .addOption(Options.flag("--history", "Pods that ended within 24 h, instead of those in progress."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListPodsRequest.Builder request = ListPodsRequest.newBuilder()
                .setDeployment(arguments.parameter(0))
                .setView(arguments.has("--history") ? PodView.HISTORY : PodView.IN_PROGRESS)
                .setPageSize(WHOLE_PAGE);
        ListPodsResponse.Builder all = ListPodsResponse.newBuilder();
        do {
            ListPodsRequest next = request.setPageToken(all.getNextPageToken()).build();
            ListPodsResponse page = session.connection().pods(stub -> stub.listPods(next));
            all.addAllPods(page.getPodsList()).setNextPageToken(page.getNextPageToken());
            // The version of the first page: a watch from there misses nothing of the later ones.
            all.setVersion(all.getVersion() == 0 ? page.getVersion() : all.getVersion());
        } while (!all.getNextPageToken().isEmpty());
        ListPodsResponse pods = all.build();
        session.render().document(pods, () -> table(pods, session));
        return ExitCodes.DONE;
    }

    private static String table(ListPodsResponse pods, Session session) {
        if (pods.getPodsCount() == 0) {
            session.note("The deployment has no such pods. See what happened with: berth deployment events");
            return "";
        }
        Table table = new Table("NUMBER", "POD", "STATE", "GPUS", "HOST", "AGE", "REASON");
        for (Pod pod : pods.getPodsList()) {
            table.row(
                    Integer.toString(pod.getDeploymentIndex()),
                    pod.getId(),
                    PodText.state(pod),
                    PodText.gpus(pod),
                    pod.getHostName(),
                    PodText.age(pod, session.clock()),
                    PodText.why(pod));
        }
        return table.toString();
    }
}
