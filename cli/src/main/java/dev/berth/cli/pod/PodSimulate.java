package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.cli.workload.SpecEdit;
import dev.berth.cli.workload.SpecOptions;
import dev.berth.proto.v1.Grant;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.SimulatePlacementRequest;
import dev.berth.proto.v1.SimulatePlacementResponse;
import dev.berth.proto.v1.SimulatedPlace;
import java.util.Collections;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod simulate}: where so many pods of one request would go, one after the other. Changes nothing. */
public final class PodSimulate implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "simulate",
                        "Show where pods of a request would go if they were deployed now. Changes nothing.",
                        "Exit code 5 when not all of them have a place.")
                .addOption(Options.number("--count", "N", "So many pods, one after the other, 1 to 1000. Default: 1."));
        SpecOptions.request(spec);
        return spec.addOption(Options.text("--image", "IMAGE", "Hosts that have this image count as nearer."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        int count = arguments.has("--count") ? Bounded.number(arguments, "--count", 1, 1000) : 1;
        PodSpec spec = SpecEdit.request(arguments, "simulated");
        SimulatePlacementRequest request = SimulatePlacementRequest.newBuilder()
                .addAllSpecs(Collections.nCopies(count, spec))
                .build();
        SimulatePlacementResponse answer =
                session.connection().once(PlacementGrpc::newBlockingStub, stub -> stub.simulatePlacement(request));
        session.render().document(answer, () -> table(answer));
        long placed =
                answer.getPlacesList().stream().filter(PodSimulate::isPlaced).count();
        if (placed == count) {
            return ExitCodes.DONE;
        }
        session.note("berth: " + placed + " of " + count + " would have a place. Ask why with: berth pod explain.");
        return ExitCodes.NO_CAPACITY;
    }

    private static boolean isPlaced(SimulatedPlace place) {
        return !place.getHostId().isEmpty();
    }

    private static String table(SimulatePlacementResponse answer) {
        Table table = new Table("POD", "HOST", "UNITS", "CPUS", "MEMORY", "GPU-HOUR", "PREEMPTS", "WHY");
        int number = 0;
        for (SimulatedPlace place : answer.getPlacesList()) {
            number++;
            Grant grant = place.getGrant();
            boolean placed = isPlaced(place);
            table.row(
                    Integer.toString(number),
                    placed ? place.getHostName() : "-",
                    placed ? grant.getUnitIdsCount() + " x " + grant.getGpuModel() : "-",
                    placed ? Human.hundredths(grant.getCpuHundredths()) : "-",
                    placed ? Human.gigabytes(grant.getMemoryMib()) : "-",
                    Human.dollars(place.getGpuHourMicros()),
                    place.getPreemptedPodIdsCount() == 0 ? "-" : String.join(" ", place.getPreemptedPodIdsList()),
                    place.getSummary());
        }
        return table.toString();
    }
}
