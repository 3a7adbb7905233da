package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.GetVolumeRequest;
import dev.berth.proto.v1.Volume;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume get}: all that is known of one volume, and of its copies. */
public final class VolumeGet implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command("get", "Show one volume and its copies on hosts.")
                .addPositional(Options.parameter(0, "VOLUME", "Id of the volume, or name of a network volume."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        GetVolumeRequest request =
                GetVolumeRequest.newBuilder().setVolume(arguments.parameter(0)).build();
        Volume volume = Volumes.ask(session, stub -> stub.getVolume(request)).getVolume();
        session.render().document(volume, () -> VolumeDetails.of(volume, session.clock()));
        return ExitCodes.DONE;
    }
}
