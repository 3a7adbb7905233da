package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Several;
import dev.berth.cli.command.Verb;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeActionRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume delete}: network volumes to the trash, one or several; one that is refused does not keep the others. */
public final class VolumeDelete implements Verb {
    @Override
    public CommandSpec spec() {
        return Options.command(
                        "delete",
                        "Move network volumes that no pod names to the trash, for 24 h. Volumes of pods go with their"
                                + " pod.")
                .addPositional(Options.parameters(0, "1..*", "VOLUME", "Id or name of a network volume."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        Several several = new Several(session);
        List<Volume> left = new ArrayList<>();
        for (String volume : arguments.parameters(0)) {
            several.attempt(() -> left.add(delete(volume, session)));
        }
        Volumes.print(left, session);
        return several.exitCode();
    }

    private static Volume delete(String volume, Session session) {
        VolumeActionRequest request = VolumeActionRequest.newBuilder()
                .setVolume(volume)
                .setIdempotencyKey(session.newKey())
                .build();
        return Volumes.untilAnswered(session, stub -> stub.deleteVolume(request))
                .getVolume();
    }
}
