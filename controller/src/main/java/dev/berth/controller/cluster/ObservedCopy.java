package dev.berth.controller.cluster;

import dev.berth.controller.model.VolumeKey;

/**
 * One copy of a volume as its host sees it.
 *
 * @param allocatedBytes what it takes of the host's disk; -1 where that is not known
 * @param percent of a fetch
 */
public record ObservedCopy(VolumeKey key, Condition condition, long allocatedBytes, int percent, String message) {
    public enum Condition {
        PRESENT,
        FETCHING,
        /** Fetched, verified and durable; counts once the controller has said so. */
        FETCHED,
        TRASHED,
        ABSENT,
        /** Damaged beyond what can be mended without risk; nothing was changed. */
        DAMAGED,
        /** Writes wait: the host's disk is almost full. */
        FROZEN,
        /** On disk, in no order, never touched. */
        UNKNOWN
    }
}
