package dev.berth.agent.model;

/**
 * A volume as a pod has it mounted.
 *
 * @param key generation 0: a network volume
 * @param path in the container; empty for a system volume
 * @param share of a network volume
 */
public record VolumeMount(VolumeKey key, VolumeKind kind, String path, String share) {}
