package dev.berth.controller.model;

/** A volume as it is mounted into a pod: generation 0 is a network volume; the path of a system volume is empty. */
public record VolumeMount(VolumeKey key, VolumeKind kind, String path, String share) {}
