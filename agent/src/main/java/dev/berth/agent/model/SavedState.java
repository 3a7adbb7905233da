package dev.berth.agent.model;

import java.util.List;

/** The agent's durable truth, written whole: revision of the desired set, kernel boot it was written in, placements. */
public record SavedState(long revision, String bootId, List<SavedPod> pods) {
    public SavedState {
        pods = List.copyOf(pods);
    }

    public static SavedState empty(String bootId) {
        return new SavedState(0, bootId, List.of());
    }
}
