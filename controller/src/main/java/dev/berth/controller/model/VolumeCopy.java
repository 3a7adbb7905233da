package dev.berth.controller.model;

/** A copy that a host has or shall have, and since when it has its goal. */
public record VolumeCopy(VolumeKey key, HostId hostId, CopyGoal goal, long sinceMillis) {}
