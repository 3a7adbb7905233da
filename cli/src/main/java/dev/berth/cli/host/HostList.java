package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListHostsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code host ls}: the fleet, a line for each host. */
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
        return ExitCodes.DONE;
    }

    private static String table(ListHostsResponse hosts, Session session) {
        if (hosts.getHostsCount() == 0) {
            session.note("No host has joined. Start an agent, or begin with: ./berth up");
            return "";
        }
        Table table = new Table(
                "ID", "NAME", "REGION", "STATE", "HEARD", "GPUS", "FREE", "CPUS/UNIT", "MEMORY/UNIT", "WARNINGS");
        for (Host host : hosts.getHostsList()) {
            table.row(
                    host.getId(),
                    host.getName(),
                    host.getRegion(),
                    host.getLiveness().name(),
                    Human.age(host.hasLastContact(), host.getLastContact(), session.clock()),
                    HostText.gpus(host),
                    Integer.toString(host.getFreeUnits()),
                    Human.hundredths(host.getUnitCpuHundredths()),
                    Human.gigabytes(host.getUnitMemoryMib()),
                    host.getWarningsCount() == 0 ? "" : Integer.toString(host.getWarningsCount()));
        }
        return table.toString();
    }
}
