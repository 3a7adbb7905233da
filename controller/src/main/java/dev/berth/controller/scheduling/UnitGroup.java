package dev.berth.controller.scheduling;

import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Units of one host that are alike for every filter, so that a pod's units come from one group. Equal for hosts of the
 * same build. Immutable.
 *
 * @param turn 0 for the first group of its model on the host, 1 for the next
 * @param positions places in the host's list of units, rising
 * @param numaNodes of each unit, -1 where unknown
 * @param links between units of the group, by their place in the group
 */
record UnitGroup(
        String gpuModel,
        int turn,
        int vramGb,
        int cpuHundredths,
        long memoryMib,
        long onDemandMicros,
        long spotMicros,
        List<Integer> positions,
        List<Integer> numaNodes,
        List<GpuLink> links) {
    private static final long CENT_MICROS = 10_000;

    private record Kind(String gpuModel, int vramGb, int cpuHundredths, long memoryMib) {
        static Kind of(UnitFacts unit) {
            // Drivers report a little less than the nominal size (24564 MiB of a 24 GB card): the nearest GB counts.
            int vramGb = (unit.vramMib() + 512) / 1024;
            return new Kind(
                    unit.gpuModel(),
                    vramGb,
                    unit.share().cpuHundredths(),
                    unit.share().memoryMib());
        }
    }

    static List<UnitGroup> of(Host host) {
        List<UnitFacts> units = host.inventory().units();
        Map<Kind, List<Integer>> positions = new LinkedHashMap<>();
        for (int i = 0; i < units.size(); i++) {
            positions
                    .computeIfAbsent(Kind.of(units.get(i)), kind -> new ArrayList<>())
                    .add(i);
        }
        Map<String, Integer> turns = new LinkedHashMap<>();
        List<UnitGroup> groups = new ArrayList<>();
        positions.forEach((kind, places) ->
                groups.add(group(host, kind, turns.merge(kind.gpuModel, 1, Integer::sum) - 1, List.copyOf(places))));
        return List.copyOf(groups);
    }

    private static UnitGroup group(Host host, Kind kind, int turn, List<Integer> positions) {
        Optional<GpuModel> model = GpuCatalogue.find(kind.gpuModel);
        long onDemandMicros = model.map(GpuModel::onDemandMicros).orElse(0L);
        long spotMicros = model.map(GpuModel::spotMicros).orElse(0L);
        List<GpuLink> links = new ArrayList<>();
        for (GpuLink link : host.inventory().links()) {
            int first = positions.indexOf(link.first());
            int second = positions.indexOf(link.second());
            if (first >= 0 && second >= 0 && first != second) {
                links.add(new GpuLink(
                        Math.min(first, second), Math.max(first, second), link.connection(), link.nvlinks()));
            }
        }
        links.sort(Comparator.comparingInt(GpuLink::first).thenComparingInt(GpuLink::second));
        return new UnitGroup(
                kind.gpuModel,
                turn,
                kind.vramGb,
                kind.cpuHundredths,
                kind.memoryMib,
                onDemandMicros,
                spotMicros > 0 ? spotMicros : (onDemandMicros * 4 / 10 + CENT_MICROS / 2) / CENT_MICROS * CENT_MICROS,
                positions,
                positions.stream()
                        .map(i -> host.inventory().units().get(i).numaNode())
                        .toList(),
                List.copyOf(links));
    }

    int size() {
        return positions.size();
    }

    boolean isCpu() {
        return gpuModel.equals(GpuCatalogue.CPU);
    }

    /** What an hour of one unit costs this request. */
    long priceMicros(ResourceRequest request) {
        return request.isSpot() ? spotMicros : onDemandMicros;
    }
}
