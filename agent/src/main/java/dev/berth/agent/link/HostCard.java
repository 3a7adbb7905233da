package dev.berth.agent.link;

import dev.berth.agent.model.Inventory;

/**
 * How this agent process introduces itself.
 *
 * @param agentInstance random for each process
 */
public record HostCard(String hostName, String region, String bootId, String agentInstance, Inventory inventory) {}
