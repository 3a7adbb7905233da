package dev.berth.cli.host;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.HostEvent;
import dev.berth.proto.v1.ListHostEventsRequest;
import dev.berth.proto.v1.ListHostEventsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code host events}: what happened to a host by command, and who asked for it. */
public final class HostEvents implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("events", "Show what happened to a host by command, oldest first.")
                .addPositional(Options.parameter(0, "HOST", "Id or name of the host."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListHostEventsRequest request = ListHostEventsRequest.newBuilder()
                .setHost(arguments.parameter(0))
                .build();
        ListHostEventsResponse events = session.connection().hosts(stub -> stub.listHostEvents(request));
        session.render().document(events, () -> table(events, session));
        return ExitCodes.DONE;
    }

    private static String table(ListHostEventsResponse events, Session session) {
        if (events.getEventsCount() == 0) {
            session.note("Nothing has been done to this host yet.");
            return "";
        }
        Table table = new Table("TIME", "AVAILABILITY", "BY", "MESSAGE");
        for (HostEvent event : events.getEventsList()) {
            table.row(
                    Human.time(event.getTime()),
                    HostText.availability(event.getAvailability()),
                    event.getActor().getName(),
                    event.getMessage());
        }
        return table.toString();
    }
}
