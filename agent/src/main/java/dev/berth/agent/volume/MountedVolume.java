package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy's file system that is mounted now.
 *
 * @param point where; the agent's alone, containers see parts of it
 * @param device the loop device
 */
public record MountedVolume(PodKey pod, VolumeKey volume, Path point, String device) {
    /** What its file system counts as used, with what is not written yet; -1 when it was unmounted meanwhile. */
    public long usedBytes() {
        try {
            FileStore store = Files.getFileStore(point);
            return store.getTotalSpace() - store.getUnallocatedSpace();
        } catch (IOException e) {
            return -1;
        }
    }
}
