package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Bounded;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.ResizeVolumeRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume resize}: lets a volume grow, also while it is mounted. */
public final class VolumeResize implements Verb {
    private static final int MOST_GB = 4096;

    @Override
    public CommandSpec spec() {
        return Options.command("resize", "Let a volume grow, also while it is mounted; none shrinks.")
                .addPositional(Options.parameter(0, "VOLUME", "Id of the volume, or name of a network volume."))
                .addOption(Options.number("--size", "GB", "The new size, to 4096. Required."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        if (!arguments.has("--size")) {
            throw CliFailure.usage("Nothing says how large the volume shall be", "Add --size GB");
        }
        ResizeVolumeRequest request = ResizeVolumeRequest.newBuilder()
                .setVolume(arguments.parameter(0))
                .setSizeGb(Bounded.number(arguments, "--size", 1, MOST_GB))
                .setIdempotencyKey(session.newKey())
                .build();
        Volumes.print(
                Volumes.untilAnswered(session, stub -> stub.resizeVolume(request))
                        .getVolume(),
                session);
        return ExitCodes.DONE;
    }
}
