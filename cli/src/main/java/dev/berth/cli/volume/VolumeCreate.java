package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.CreateVolumeRequest;
import dev.berth.proto.v1.CreateVolumeResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume create}: makes a network volume. */
public final class VolumeCreate implements Verb {
    private static final int LEAST_GB = 10;
    private static final int MOST_GB = 4096;

    @Override
    public CommandSpec spec() {
        return Options.command("create", "Create a network volume, which many pods may mount.")
                .addPositional(Options.parameter(0, "NAME", "Name of the volume; unique among network volumes."))
                .addOption(Options.number("--size", "GB", "10 to 4096; may grow later. Required."))
                .addOption(Options.text("--region", "REGION", "Region of the hosts that can mount it. Required."))
                .addOption(Options.text(
                        "--share",
                        "SHARE",
                        "Shared file system to make it on, as berth host get names them. Default: the first."))
                .addOption(Options.text(
                        "--idempotency-key", "KEY", "The same key and volume never create twice. Default: a new one."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String name = arguments.parameter(0);
        if (!arguments.has("--size")) {
            throw CliFailure.usage("A volume needs a size", "Add --size GB, from 10 to 4096");
        }
        if (!arguments.has("--region")) {
            throw CliFailure.usage("A network volume needs a region", "Add --region, as berth host ls shows it");
        }
        if (name.contains(":")) {
            throw CliFailure.usage(
                    "The name '" + name + "' holds a colon, after which --network-volume has a path",
                    "Give a name of letters, digits, blanks, '.', '_' and '-'");
        }
        CreateVolumeRequest request = CreateVolumeRequest.newBuilder()
                .setName(name)
                .setSizeGb(Bounded.number(arguments, "--size", LEAST_GB, MOST_GB))
                .setRegion(arguments.text("--region", ""))
                .setShare(arguments.text("--share", ""))
                .setIdempotencyKey(arguments.text("--idempotency-key", session.newKey()))
                .build();
        CreateVolumeResponse response = Volumes.untilAnswered(session, stub -> stub.createVolume(request));
        response.getWarningsList().forEach(warning -> session.note("warning: " + Escape.text(warning)));
        Volumes.print(response.getVolume(), session);
        return ExitCodes.DONE;
    }
}
