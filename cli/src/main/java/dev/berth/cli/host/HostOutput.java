package dev.berth.cli.host;

import dev.berth.cli.command.Session;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.ListHostsResponse;
import java.util.List;

/** Writes the hosts that an action left: one as a Host, several as a ListHostsResponse, so that JSON is one document. */
final class HostOutput {
    private HostOutput() {}

    static void print(List<Host> hosts, Session session) {
        if (hosts.size() == 1) {
            session.render().document(hosts.getFirst(), () -> HostText.table(hosts, session.clock()));
        } else if (!hosts.isEmpty()) {
            ListHostsResponse all =
                    ListHostsResponse.newBuilder().addAllHosts(hosts).build();
            session.render().document(all, () -> HostText.table(hosts, session.clock()));
        }
    }
}
