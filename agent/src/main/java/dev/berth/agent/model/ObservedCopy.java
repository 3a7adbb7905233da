package dev.berth.agent.model;

/**
 * A copy as it is reported.
 *
 * @param allocatedBytes -1 where it is not known
 * @param percent of a fetch
 * @param message what is wrong, or under way
 */
public record ObservedCopy(VolumeKey key, CopyCondition condition, long allocatedBytes, int percent, String message) {}
