package dev.berth.controller.model;

/**
 * A copy that a host has or shall have, and since when it has its goal: by the clock, and by the revision of the host's
 * desired set, so that only what the host says after it knew of the goal is taken for an answer to it.
 *
 * @param claimedGb what the host has given it of its disk: less than the volume's size where that was raised while its
 *     pod had no place, or where it came back from the trash, since the host has not been asked for the rest yet; 0 for
 *     what lies on a share, and for what another copy is being made of
 */
public record VolumeCopy(
        VolumeKey key, HostId hostId, CopyGoal goal, long sinceMillis, long sinceRevision, int claimedGb) {
    /** In a snapshot of before copies had claims of their own. */
    public static final int NOT_SAID_GB = -1;

    public VolumeCopy claiming(int gb) {
        return new VolumeCopy(key, hostId, goal, sinceMillis, sinceRevision, gb);
    }
}
