package dev.berth.agent.link;

import dev.berth.agent.model.Inventory;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How this agent process introduces itself.
 *
 * @param dataCenter empty: none is named
 * @param agentInstance random for each process
 * @param inventory at its start
 */
public record HostCard(
        String hostName,
        String region,
        String dataCenter,
        SortedMap<String, String> labels,
        String bootId,
        String agentInstance,
        Inventory inventory) {
    public HostCard {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
