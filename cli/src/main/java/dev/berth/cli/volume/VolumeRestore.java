package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.RestoreVolumeRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume restore}: out of the trash. */
public final class VolumeRestore implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command(
                        "restore",
                        "Take a volume out of the trash: a network volume as it was, the volume of a pod that has ended"
                                + " into another pod that is stopped.")
                .addPositional(
                        Options.parameter(0, "VOLUME", "Id of the volume; berth volume ls --trashed lists them."))
                .addOption(Options.text(
                        "--pod",
                        "POD",
                        "Stopped pod that shall have it, id or name; its own volume of that kind goes to the trash."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        RestoreVolumeRequest request = RestoreVolumeRequest.newBuilder()
                .setVolume(arguments.parameter(0))
                .setPod(arguments.text("--pod", ""))
                .setIdempotencyKey(session.newKey())
                .build();
        Volumes.print(
                Volumes.untilAnswered(session, stub -> stub.restoreVolume(request))
                        .getVolume(),
                session);
        return ExitCodes.DONE;
    }
}
