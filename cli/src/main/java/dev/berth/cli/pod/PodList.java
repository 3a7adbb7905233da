package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodView;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code pod ls}: all pods of a view, whatever the number of pages, as one answer; with {@code --page-size} one page.
 */
public final class PodList implements Verb {
    private static final int WHOLE_PAGE = 1000;
    private static final List<PodState> STATES = List.of(
            PodState.INITIALIZING,
            PodState.RUNNING,
            PodState.STOPPING,
            PodState.STOPPED,
            PodState.TERMINATING,
            PodState.TERMINATED,
            PodState.FAILED);

    @Override
    public CommandSpec spec() {
        return Options.command("ls", "List pods, newest first.")
                .addOption(Options.flag("--history", "Pods that ended within 24 h, instead of those in progress."))
                .addOption(Options.texts("--state", "STATE", "Only pods in this state; may be repeated."))
                .addOption(Options.text("--gpu-model", "MODEL", "Only pods that hold units of this model."))
                .addOption(Options.texts("--label", "K=V", "Only pods with this label; may be repeated."))
                .addOption(Options.text("--host", "HOST", "Only pods on this host, id or name."))
                .addOption(Options.text("--deployment", "NAME", "Only pods of this deployment, id or name."))
                .addOption(Options.number("--page-size", "N", "Only a page of N pods. Default: all pods."))
                .addOption(Options.text("--page-token", "TOKEN", "The page after the one that named this token."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListPodsRequest request = request(arguments);
        boolean onePage = arguments.has("--page-size") || arguments.has("--page-token");
        ListPodsResponse pods = onePage ? page(request, session) : all(request, session);
        session.render().document(pods, () -> table(pods, session));
        if (!pods.getNextPageToken().isEmpty()) {
            session.note("There are more pods. See them with: --page-token " + pods.getNextPageToken());
        }
        return ExitCodes.DONE;
    }

    private static String table(ListPodsResponse pods, Session session) {
        if (pods.getPodsCount() == 0) {
            session.note("No such pods. Deploy one with: berth pod deploy NAME --image IMAGE");
            return "";
        }
        return PodText.table(pods.getPodsList(), session.clock());
    }

    private static ListPodsRequest request(Arguments arguments) {
        ListPodsRequest.Builder request = ListPodsRequest.newBuilder()
                .setGpuModel(arguments.text("--gpu-model", ""))
                .setDeployment(arguments.text("--deployment", ""))
                .setHost(arguments.text("--host", ""))
                .putAllLabels(Values.pairs("--label", arguments.texts("--label")))
                .setPageSize(arguments.number("--page-size", WHOLE_PAGE))
                .setPageToken(arguments.text("--page-token", ""))
                .setView(arguments.has("--history") ? PodView.HISTORY : PodView.IN_PROGRESS);
        for (String state : arguments.texts("--state")) {
            request.addStates(Values.constant("--state", state, STATES));
        }
        return request.build();
    }

    private static ListPodsResponse page(ListPodsRequest request, Session session) {
        return session.connection().pods(stub -> stub.listPods(request));
    }

    /** The version is that of the first page: a watch from there misses nothing of the later ones. */
    private static ListPodsResponse all(ListPodsRequest request, Session session) {
        ListPodsResponse page = page(request, session);
        if (page.getNextPageToken().isEmpty()) {
            return page;
        }
        ListPodsResponse.Builder all = page.toBuilder().clearNextPageToken();
        while (!page.getNextPageToken().isEmpty()) {
            page = page(
                    request.toBuilder().setPageToken(page.getNextPageToken()).build(), session);
            all.addAllPods(page.getPodsList());
        }
        return all.build();
    }
}
