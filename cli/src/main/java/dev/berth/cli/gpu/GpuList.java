package dev.berth.cli.gpu;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.GpuModel;
import dev.berth.proto.v1.ListGpuModelsRequest;
import dev.berth.proto.v1.ListGpuModelsResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gpu ls}: the GPU models, their prices, and how many are idle. */
public final class GpuList implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("ls", "List GPU models, prices per GPU-hour, and stock.")
                .addOption(Options.flag("--idle", "Only models of which a unit is idle."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListGpuModelsResponse answer =
                session.connection().catalogue(stub -> stub.listGpuModels(ListGpuModelsRequest.getDefaultInstance()));
        ListGpuModelsResponse models = arguments.has("--idle") ? idle(answer) : answer;
        session.render().document(models, () -> table(models, session));
        return ExitCodes.DONE;
    }

    private static ListGpuModelsResponse idle(ListGpuModelsResponse models) {
        return ListGpuModelsResponse.newBuilder()
                .addAllModels(models.getModelsList().stream()
                        .filter(model -> model.getIdleUnits() > 0)
                        .toList())
                .build();
    }

    private static String table(ListGpuModelsResponse models, Session session) {
        if (models.getModelsCount() == 0) {
            session.note("No such GPU models. See who holds the units with: berth host ls");
            return "";
        }
        Table table = new Table("MODEL", "VRAM", "ARCHITECTURE", "ON-DEMAND", "SPOT", "IDLE", "TOTAL");
        for (GpuModel model : models.getModelsList()) {
            table.row(
                    model.getName(),
                    model.getVramGb() + " GB",
                    model.getArchitecture(),
                    Human.dollars(model.getOnDemandMicros()),
                    Human.dollars(model.getSpotMicros()),
                    Integer.toString(model.getIdleUnits()),
                    Integer.toString(model.getTotalUnits()));
        }
        return table.toString();
    }
}
