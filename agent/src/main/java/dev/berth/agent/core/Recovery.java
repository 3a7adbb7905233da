package dev.berth.agent.core;

import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Pairs placements that the agent knows with the labelled containers found on the host. Pure; used after a restart and
 * for every later listing.
 *
 * @param paired container of each known placement that has one
 * @param missing known placements of which the listing shows nothing: to be asked for by name, a listing may miss one
 * @param unknown containers that no placement names
 */
public record Recovery(
        SortedMap<PodKey, FoundContainer> paired, SortedSet<PodKey> missing, List<FoundContainer> unknown) {

    public static Recovery pair(SortedSet<PodKey> known, List<FoundContainer> found) {
        SortedMap<PodKey, FoundContainer> paired = new TreeMap<>();
        List<FoundContainer> unknown = new ArrayList<>();
        for (FoundContainer container : found) {
            if (known.contains(container.key())) {
                paired.put(container.key(), container);
            } else {
                unknown.add(container);
            }
        }
        SortedSet<PodKey> missing = new TreeSet<>(known);
        missing.removeAll(paired.keySet());
        return new Recovery(paired, missing, unknown);
    }
}
