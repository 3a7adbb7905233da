package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Table;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.HostVerdict;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod explain}: host by host, why a pod, or a request that is typed, would go there or not. Changes nothing. */
public final class PodExplain implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "explain", "Show host by host which rule keeps a pod, or a request, from it. Changes nothing.")
                .addPositional(Options.parameters(
                        0, "0..1", "POD", "Id or unique name of a pod. Default: what the options ask for."));
        SpecOptions.request(spec);
        return spec.addOption(Options.text("--image", "IMAGE", "Hosts that have this image count as nearer."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ExplainPlacementRequest request = request(arguments);
        ExplainPlacementResponse answer =
                session.connection().once(PlacementGrpc::newBlockingStub, stub -> stub.explainPlacement(request));
        session.render().document(answer, () -> text(answer, session));
        return ExitCodes.DONE;
    }

    private static ExplainPlacementRequest request(Arguments arguments) {
        PodSpec asked = SpecEdit.request(arguments, "explained");
        String pod = arguments.parameter(0);
        if (pod.isEmpty()) {
            return ExplainPlacementRequest.newBuilder().setSpec(asked).build();
        }
        boolean typed = !asked.getImage().isEmpty()
                || arguments.has("--gpus")
                || !asked.getRequest()
                        .equals(ResourceRequest.newBuilder().setGpuCount(1).build());
        if (typed) {
            throw CliFailure.usage(
                    "A pod and options of a request are given, but a pod has its own request", "Leave one of them out");
        }
        return ExplainPlacementRequest.newBuilder().setPod(pod).build();
    }

    private static String text(ExplainPlacementResponse answer, Session session) {
        if (answer.getHostsCount() == 0) {
            session.note("No host has joined. Start an agent, or begin with: ./berth up");
            return "";
        }
        String chosen = "";
        Table table = new Table("HOST", "VERDICT", "FREE", "WHY");
        for (HostVerdict host : answer.getHostsList()) {
            boolean isChosen = host.getHostId().equals(answer.getChosenHostId());
            chosen = isChosen ? host.getHostName() + " (" + host.getHostId() + ")" : chosen;
            table.row(
                    host.getHostName(),
                    isChosen ? "CHOSEN" : host.getRule().isEmpty() ? "OK" : host.getRule(),
                    Integer.toString(host.getFreeUnits()),
                    host.getMessage());
        }
        String summary = answer.getSummary().isEmpty() ? "" : Escape.cell(answer.getSummary()) + "\n";
        return table + "\n" + summary + outcome(answer, chosen) + "\n";
    }

    private static String outcome(ExplainPlacementResponse answer, String chosen) {
        if (!answer.getChosenHostId().isEmpty()) {
            return "It would go to " + Escape.cell(chosen.isEmpty() ? answer.getChosenHostId() : chosen) + " now.";
        }
        return answer.getEverPossible()
                ? "It would go to no host now; some host can take it once enough of it is free."
                : "No host of the fleet could ever take it.";
    }
}
