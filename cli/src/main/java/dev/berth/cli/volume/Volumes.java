package dev.berth.cli.volume;

import dev.berth.cli.command.Session;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumesGrpc;
import dev.berth.proto.v1.VolumesGrpc.VolumesBlockingStub;
import java.util.List;
import java.util.function.Function;

/** Calls of the volumes service, and the volumes that they left as output: one, or several as a list. */
final class Volumes {
    private Volumes() {}

    /** Asks once. */
    static <A> A ask(Session session, Function<VolumesBlockingStub, A> call) {
        return session.connection().once(VolumesGrpc::newBlockingStub, call);
    }

    /** For calls that may be made twice: again for a while where the controller is away. */
    static <A> A untilAnswered(Session session, Function<VolumesBlockingStub, A> call) {
        return session.connection().untilAnswered(VolumesGrpc::newBlockingStub, call);
    }

    static void print(Volume volume, Session session) {
        session.render().document(volume, () -> VolumeText.table(List.of(volume), session.clock()));
    }

    static void print(List<Volume> volumes, Session session) {
        if (volumes.size() == 1) {
            print(volumes.getFirst(), session);
        } else if (!volumes.isEmpty()) {
            session.render()
                    .document(
                            ListVolumesResponse.newBuilder()
                                    .addAllVolumes(volumes)
                                    .build(),
                            () -> VolumeText.table(volumes, session.clock()));
        }
    }
}
