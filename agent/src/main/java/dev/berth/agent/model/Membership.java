package dev.berth.agent.model;

/** Who this host is and whom it obeys: cluster id is empty before the first contact; term is the highest seen. */
public record Membership(String hostId, String clusterId, long highestTerm) {}
