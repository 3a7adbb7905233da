package dev.berth.agent.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Everything that the host tells the controller about itself. Units: GPUs, then MIG instances, then CPU units. */
public record Inventory(
        HostFacts facts,
        List<UnitFacts> units,
        List<UnitLink> links,
        HostShare share,
        boolean simulated,
        List<String> warnings,
        HostReach reach) {
    public Inventory {
        units = List.copyOf(units);
        links = List.copyOf(links);
        warnings = List.copyOf(warnings);
    }

    /** The same but for units that are out of stock, which take their links with them; what a unit is worth stays. */
    public Inventory without(Set<String> unitIds, List<String> why) {
        List<UnitFacts> left = new ArrayList<>();
        int[] places = new int[units.size()];
        for (int i = 0; i < places.length; i++) {
            boolean stays = !unitIds.contains(units.get(i).id());
            places[i] = stays ? left.size() : -1;
            if (stays) {
                left.add(units.get(i));
            }
        }
        List<UnitLink> between = links.stream()
                .filter(link -> places[link.first()] >= 0 && places[link.second()] >= 0)
                .map(link ->
                        new UnitLink(places[link.first()], places[link.second()], link.connection(), link.nvlinks()))
                .toList();
        List<String> warned = new ArrayList<>(warnings);
        warned.addAll(why);
        return new Inventory(facts, left, between, share, simulated, warned, reach);
    }
}
