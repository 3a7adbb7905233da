package dev.berth.agent.model;

import java.util.List;

/**
 * The agent's durable truth, written whole: revision of the desired set, kernel boot it was written in, placements, and
 * the orders for copies of volumes.
 */
public record SavedState(long revision, String bootId, List<SavedPod> pods, List<VolumeOrder> volumes) {
    public SavedState {
        pods = List.copyOf(pods);
        volumes = List.copyOf(volumes);
    }

    public static SavedState empty(String bootId) {
        return new SavedState(0, bootId, List.of(), List.of());
    }
}
