package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import java.nio.file.Path;

/** A volume that a pod shall have. */
public sealed interface WantedMount {
    /** @param sizeBytes what it shall have; a smaller copy grows */
    record SystemMount(VolumeKey volume, long sizeBytes) implements WantedMount {}

    /**
     * @param sizeBytes what it shall have; a smaller copy grows
     * @param containerPath where; see {@link MountPath}
     */
    record PodMountAt(VolumeKey volume, long sizeBytes, String containerPath, boolean readOnly)
            implements WantedMount {}

    /**
     * A folder of a shared file system, made when it is missing.
     *
     * @param share where this host has the shared file system mounted
     */
    record NetworkMountAt(String volumeId, Path share, String containerPath, boolean readOnly) implements WantedMount {}
}
