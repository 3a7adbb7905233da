package dev.berth.controller.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The disks of a pod, in GB; 0 for none.
 *
 * @param volumeMount path of the pod volume; empty where there is none
 * @param networkVolumes id to mount path, ordered
 */
public record PodStorage(
        int containerDiskGb,
        int systemVolumeGb,
        int podVolumeGb,
        String volumeMount,
        Map<VolumeId, String> networkVolumes) {
    /** Where a pod volume is mounted unless its owner says otherwise. */
    public static final String DEFAULT_VOLUME_MOUNT = "/workspace";

    /** Of any disk or volume. */
    public static final int MOST_GB = 4_096;

    /** What the container of a rescue has where its pod has no container disk any more. */
    public static final int RESCUE_DISK_GB = 1;

    public static PodStorage containerDisk(int gb) {
        return new PodStorage(gb, 0, 0, "", Map.of());
    }

    /** Two volumes of which one would lie at or below the other in the container. */
    public record Overlap(VolumeId networkVolume, String path, String otherPath) {}

    /** The first of the network volumes that is in the way of the pod volume or of one before it; null for none. */
    public @Nullable Overlap overlap() {
        List<String> paths = new ArrayList<>();
        if (podVolumeGb > 0) {
            paths.add(volumeMount);
        }
        for (Map.Entry<VolumeId, String> mount : networkVolumes.entrySet()) {
            for (String other : paths) {
                if (isAtOrBelow(mount.getValue(), other) || isAtOrBelow(other, mount.getValue())) {
                    return new Overlap(mount.getKey(), mount.getValue(), other);
                }
            }
            paths.add(mount.getValue());
        }
        return null;
    }

    public static boolean isAtOrBelow(String path, String other) {
        return path.equals(other) || path.startsWith(other.endsWith("/") ? other : other + "/");
    }

    /** Container disk and own volumes together. */
    public int diskGb() {
        return containerDiskGb + systemVolumeGb + podVolumeGb;
    }

    /** Size of the pod's own volume of this kind; 0 for none. */
    public int sizeGb(VolumeKind kind) {
        return switch (kind) {
            case SYSTEM -> systemVolumeGb;
            case POD -> podVolumeGb;
            case NETWORK -> 0;
        };
    }

    /** With the pod volume there. */
    public PodStorage mountedAt(String path) {
        return new PodStorage(containerDiskGb, systemVolumeGb, podVolumeGb, path, networkVolumes);
    }

    public PodStorage withSize(VolumeKind kind, int gb) {
        return switch (kind) {
            case SYSTEM -> new PodStorage(containerDiskGb, gb, podVolumeGb, volumeMount, networkVolumes);
            case POD -> new PodStorage(containerDiskGb, systemVolumeGb, gb, volumeMount, networkVolumes);
            case NETWORK -> this;
        };
    }
}
