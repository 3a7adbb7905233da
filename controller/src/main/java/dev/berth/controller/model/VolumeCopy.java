package dev.berth.controller.model;

/**
 * A copy that a host has or shall have, and since when it has its goal: by the clock, and by the revision of the host's
 * desired set, so that only what the host says after it knew of the goal is taken for an answer to it.
 */
public record VolumeCopy(VolumeKey key, HostId hostId, CopyGoal goal, long sinceMillis, long sinceRevision) {}
