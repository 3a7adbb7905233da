package dev.berth.cli.volume;

import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.CopyCondition;
import dev.berth.proto.v1.CopyGoal;
import dev.berth.proto.v1.UnknownCopy;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeCopy;
import dev.berth.proto.v1.VolumeKind;
import dev.berth.proto.v1.VolumeState;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/** Volumes, and copies that belong to none, as lines of tables for people. Pure. */
final class VolumeText {
    private static final String COPY = "COPY_";
    private static final String VOLUME = "VOLUME_";

    private VolumeText() {}

    static String table(List<Volume> volumes, InstantSource clock) {
        boolean trash = volumes.stream().anyMatch(Volume::hasPurgeAt);
        String[] header = {"ID", "KIND", "NAME/POD", "SIZE", "STATE", "HOST", "GENERATION", "USED", "AGE"};
        Table table = new Table(trash ? with(header, "DELETED AT") : header);
        for (Volume volume : volumes) {
            String[] cells = {
                volume.getId(),
                kind(volume.getKind()),
                owner(volume),
                volume.getSizeGb() + " GB",
                state(volume),
                place(volume),
                generation(volume.getGeneration()),
                used(volume),
                Human.age(volume.hasCreatedAt(), volume.getCreatedAt(), clock)
            };
            table.row(trash ? with(cells, volume.hasPurgeAt() ? Human.time(volume.getPurgeAt()) : "-") : cells);
        }
        return table.toString();
    }

    private static String[] with(String[] cells, String last) {
        String[] row = Arrays.copyOf(cells, cells.length + 1);
        row[cells.length] = last;
        return row;
    }

    static String unknown(List<UnknownCopy> copies) {
        Table table = new Table("UNKNOWN COPY", "GENERATION", "HOST", "USED", "WHAT IS KNOWN");
        for (UnknownCopy copy : copies) {
            table.row(
                    copy.getVolumeId(),
                    generation(copy.getGeneration()),
                    copy.getHostName().isEmpty() ? copy.getHostId() : copy.getHostName(),
                    copy.hasAllocatedBytes() ? Human.bytes(copy.getAllocatedBytes()) : "-",
                    copy.getMessage());
        }
        return table.toString();
    }

    static String kind(VolumeKind kind) {
        return switch (kind) {
            case SYSTEM_VOLUME -> "system";
            case POD_VOLUME -> "pod";
            case NETWORK_VOLUME -> "network";
            case VOLUME_KIND_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    /** "READY", "MOVING (43 %)". */
    static String state(Volume volume) {
        String state = shortName(volume.getState().name(), VOLUME);
        if (volume.getState() != VolumeState.VOLUME_MOVING) {
            return state;
        }
        int percent = volume.getCopiesList().stream()
                .filter(copy -> copy.getGoal() == CopyGoal.COPY_FETCH)
                .mapToInt(VolumeCopy::getPercent)
                .max()
                .orElse(0);
        return state + " (" + percent + " %)";
    }

    static String goal(CopyGoal goal) {
        return goal == CopyGoal.COPY_GOAL_UNSPECIFIED ? "-" : shortName(goal.name(), COPY);
    }

    static String condition(VolumeCopy copy) {
        CopyCondition condition = copy.getCondition();
        String name =
                condition == CopyCondition.COPY_CONDITION_UNSPECIFIED ? "not told" : shortName(condition.name(), COPY);
        return condition == CopyCondition.COPY_FETCHING ? name + " (" + copy.getPercent() + " %)" : name;
    }

    static String used(VolumeCopy copy) {
        return copy.hasAllocatedBytes() ? Human.bytes(copy.getAllocatedBytes()) : "-";
    }

    private static String owner(Volume volume) {
        return volume.getKind() == VolumeKind.NETWORK_VOLUME ? volume.getName() : volume.getPodId();
    }

    /** Of a network volume the share that it is on. */
    private static String place(Volume volume) {
        if (volume.getKind() == VolumeKind.NETWORK_VOLUME) {
            return volume.getRegion() + ":" + volume.getShare();
        }
        String host = volume.getHostName().isEmpty() ? volume.getHostId() : volume.getHostName();
        return host.isEmpty() ? "-" : host;
    }

    private static String generation(int generation) {
        return generation == 0 ? "-" : Integer.toString(generation);
    }

    /** Of the copy which counts. */
    private static String used(Volume volume) {
        return volume.getCopiesList().stream()
                .filter(copy -> copy.getGeneration() == volume.getGeneration())
                .map(VolumeText::used)
                .findFirst()
                .orElse("-");
    }

    private static String shortName(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }
}
