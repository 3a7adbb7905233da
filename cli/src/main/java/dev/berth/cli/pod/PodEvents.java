package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.ListPodEventsRequest;
import dev.berth.proto.v1.ListPodEventsResponse;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodEvent;
import dev.berth.proto.v1.PodState;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod events}: what happened to a pod, why, and who asked for it. */
public final class PodEvents implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("events", "Show what happened to a pod, oldest first.")
                .addPositional(Options.parameter(0, "POD", "Id or unique name of the pod."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListPodEventsRequest request =
                ListPodEventsRequest.newBuilder().setPod(arguments.parameter(0)).build();
        ListPodEventsResponse events = session.connection().pods(stub -> stub.listPodEvents(request));
        session.render().document(events, () -> table(events));
        return ExitCodes.DONE;
    }

    private static String table(ListPodEventsResponse events) {
        Table table = new Table("TIME", "FROM", "TO", "REASON", "BY", "MESSAGE");
        for (PodEvent event : events.getEventsList()) {
            String detail = event.getDetail() == PodDetail.POD_DETAIL_UNSPECIFIED ? "" : " " + event.getDetail();
            table.row(
                    Human.time(event.getTime()),
                    event.getFrom() == PodState.POD_STATE_UNSPECIFIED
                            ? "-"
                            : event.getFrom().name(),
                    event.getTo() + detail,
                    PodText.name(event.getReason()),
                    event.getActor().getName(),
                    event.getMessage());
        }
        return table.toString();
    }
}
