package dev.berth.controller.scheduling;

import dev.berth.controller.model.ResourceRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request may look: tiers in the request's order of models (one tier when any model will do), each with the
 * lanes in which some shape passes every standing condition. Holds for as long as no host changes its shape.
 */
record Plan(List<List<Option>> tiers, long shapesVersion) {
    /** A lane of a tier; {@code hosts} are those whose shape passes, null when all of the lane's do. */
    record Option(Lane lane, long priceMicros, @Nullable OrdinalSet hosts) {
        boolean takes(int ordinal) {
            return hosts == null || hosts.contains(ordinal);
        }
    }

    static Plan of(ResourceRequest request, FreeUnits index) {
        List<List<Option>> tiers = new ArrayList<>();
        if (request.gpuModels().isEmpty()) {
            tiers.add(options(request, index, index.lanes().values()));
        }
        for (String model : new LinkedHashSet<>(request.gpuModels())) {
            tiers.add(options(request, index, List.of(index.lanes().getOrDefault(model, List.of()))));
        }
        tiers.removeIf(List::isEmpty);
        return new Plan(List.copyOf(tiers), index.shapesVersion());
    }

    private static List<Option> options(ResourceRequest request, FreeUnits index, Iterable<List<Lane>> lanesByModel) {
        List<Option> options = new ArrayList<>();
        for (List<Lane> lanes : lanesByModel) {
            for (Lane lane : lanes) {
                Option option = option(request, index, lane);
                if (option != null) {
                    options.add(option);
                }
            }
        }
        return List.copyOf(options);
    }

    private static @Nullable Option option(ResourceRequest request, FreeUnits index, Lane lane) {
        List<ShapeIndex> passing = new ArrayList<>();
        long priceMicros = 0;
        for (Map.Entry<ShapeIndex, UnitGroup> entry : lane.shapes().entrySet()) {
            if (Filter.veto(request, entry.getKey().shape(), entry.getValue()) == null) {
                passing.add(entry.getKey());
                priceMicros = entry.getValue().priceMicros(request);
            }
        }
        if (passing.isEmpty()) {
            return null;
        }
        if (passing.size() == lane.shapes().size()) {
            return new Option(lane, priceMicros, null);
        }
        return new Option(lane, priceMicros, index.hostsOf(passing));
    }
}
