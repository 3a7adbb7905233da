package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListHostsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code host ls}: the fleet, a line for each host, and what its operator must know on standard error. */
public final class HostList implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("ls", "List hosts, by name.");
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListHostsResponse hosts =
                session.connection().hosts(stub -> stub.listHosts(ListHostsRequest.getDefaultInstance()));
        session.render().document(hosts, () -> table(hosts, session));
        hosts.getWarningsList().forEach(warning -> session.note("warning: " + Escape.text(warning)));
        return ExitCodes.DONE;
    }

    private static String table(ListHostsResponse hosts, Session session) {
        if (hosts.getHostsCount() == 0) {
            session.note("No host has joined. Start an agent, or begin with: ./berth up");
            return "";
        }
        return HostText.table(hosts.getHostsList(), session.clock());
    }
}
