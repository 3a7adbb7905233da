package dev.berth.cli.volume;

import com.google.protobuf.Timestamp;
import dev.berth.cli.render.Facts;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeCopy;
import dev.berth.proto.v1.VolumeKind;
import java.time.InstantSource;

/** All that is known of one volume, a line for each fact, then its copies on hosts, for people. Pure. */
final class VolumeDetails {
    private static final int LABEL_WIDTH = 12;

    private VolumeDetails() {}

    static String of(Volume volume, InstantSource clock) {
        Facts facts = new Facts(LABEL_WIDTH)
                .line("id", volume.getId())
                .line("kind", VolumeText.kind(volume.getKind()))
                .line("name", volume.getName())
                .line("pod", volume.getPodId())
                .line("size", volume.getSizeGb() + " GB")
                .line("state", VolumeText.state(volume))
                .line("host", host(volume))
                .line("generation", volume.getGeneration() == 0 ? "" : Integer.toString(volume.getGeneration()))
                .line("region", volume.getRegion())
                .line("share", volume.getShare())
                .line("pods", pods(volume))
                .line("created", since(volume.hasCreatedAt(), volume.getCreatedAt(), clock))
                .line("trashed", since(volume.hasTrashedAt(), volume.getTrashedAt(), clock))
                .line("deleted at", volume.hasPurgeAt() ? Human.time(volume.getPurgeAt()) : "");
        return volume.getCopiesCount() == 0 ? facts.toString() : facts + "\n" + copies(volume);
    }

    private static String host(Volume volume) {
        return volume.getHostName().isEmpty()
                ? volume.getHostId()
                : volume.getHostName() + " (" + volume.getHostId() + ")";
    }

    private static String pods(Volume volume) {
        boolean none = volume.getKind() == VolumeKind.NETWORK_VOLUME && volume.getPodIdsCount() == 0;
        return none ? "none" : String.join(" ", volume.getPodIdsList());
    }

    private static String copies(Volume volume) {
        Table table = new Table("HOST", "GENERATION", "SHALL", "IS", "USED", "MESSAGE");
        for (VolumeCopy copy : volume.getCopiesList()) {
            table.row(
                    copy.getHostName().isEmpty() ? copy.getHostId() : copy.getHostName(),
                    Integer.toString(copy.getGeneration()),
                    VolumeText.goal(copy.getGoal()),
                    VolumeText.condition(copy),
                    VolumeText.used(copy),
                    copy.getMessage());
        }
        return table.toString();
    }

    private static String since(boolean known, Timestamp time, InstantSource clock) {
        return known ? Human.time(time) + " (" + Human.age(true, time, clock) + " ago)" : "";
    }
}
