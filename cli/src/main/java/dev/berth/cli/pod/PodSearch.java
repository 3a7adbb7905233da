package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.PodView;
import dev.berth.proto.v1.SearchPodsRequest;
import dev.berth.proto.v1.SearchPodsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod search}: pods by a name that is remembered roughly. */
public final class PodSearch implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("search", "Find pods by a part of their name, or nearly their name; best match first.")
                .addPositional(Options.parameter(0, "QUERY", "What the name is like."))
                .addOption(Options.flag("--history", "Pods that ended within 24 h, instead of those in progress."))
                .addOption(Options.number("--limit", "N", "At most so many. Default: 20."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        SearchPodsRequest request = SearchPodsRequest.newBuilder()
                .setQuery(arguments.parameter(0))
                .setView(arguments.has("--history") ? PodView.HISTORY : PodView.IN_PROGRESS)
                .setLimit(arguments.number("--limit", 0))
                .build();
        SearchPodsResponse found = session.connection().pods(stub -> stub.searchPods(request));
        session.render().document(found, () -> {
            if (found.getPodsCount() == 0) {
                session.note("No pod has a name like that. See them all with: berth pod ls");
                return "";
            }
            return PodText.table(found.getPodsList(), session.clock());
        });
        return ExitCodes.DONE;
    }
}
