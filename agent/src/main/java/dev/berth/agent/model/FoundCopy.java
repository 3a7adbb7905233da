package dev.berth.agent.model;

/**
 * A copy of a volume as it lies on the host's disk.
 *
 * @param sizeBytes its limit as its manifest says; 0 where that cannot be read
 * @param allocatedBytes what it takes of the disk
 * @param mounted whether any pod has it mounted
 * @param frozen its writes wait for space on the disk
 * @param problem what is wrong with it; empty when nothing is
 */
public record FoundCopy(
        VolumeKey key,
        Place place,
        long sizeBytes,
        long allocatedBytes,
        boolean mounted,
        boolean frozen,
        String problem) {
    public FoundCopy unmounted() {
        return new FoundCopy(key, place, sizeBytes, allocatedBytes, false, false, problem);
    }

    /** Where it lies. */
    public enum Place {
        PRESENT,
        TRASHED,
        /** A fetch under way, or one that was given up. */
        PARTIAL
    }
}
