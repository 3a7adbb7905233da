package dev.berth.controller.model;

/** One copy of one volume. Each move to another host and each restore from the trash makes a higher generation, from 1. */
public record VolumeKey(VolumeId volumeId, int generation) implements Comparable<VolumeKey> {
    @Override
    public int compareTo(VolumeKey other) {
        int byId = volumeId.compareTo(other.volumeId);
        return byId != 0 ? byId : Integer.compare(generation, other.generation);
    }

    @Override
    public String toString() {
        return volumeId + "." + generation;
    }
}
