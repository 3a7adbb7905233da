package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import org.jspecify.annotations.Nullable;

/**
 * One folder of the store, whatever is in it. Reported to the controller for as long as it lies there.
 *
 * @param name the folder's name, which is the key's text unless somebody else put it there
 * @param key null when the name is none
 * @param manifest null when there is none or it cannot be read; partial ones need none
 * @param problem what is wrong with it; empty when nothing is
 */
public record VolumeCopy(
        String name,
        @Nullable VolumeKey key,
        Place place,
        @Nullable VolumeManifest manifest,
        long allocatedBytes,
        String problem) {
    /** Where it lies. */
    public enum Place {
        /** May be mounted. */
        PRESENT,
        /** Waits to be restored or purged by an order. */
        TRASHED,
        /** A fetch under way, or one that was given up. */
        PARTIAL
    }

    public boolean readable() {
        return problem.isEmpty();
    }
}
