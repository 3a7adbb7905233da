package dev.berth.controller.benchmark;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.scheduling.Search;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * The reference for the placement bench: looks at every host of the fleet for each request, on facts laid out in an
 * array. Chooses by the same rules, so that both must name the same host.
 */
final class ScanReference {
    private final Slot[] slots;
    private final Map<HostId, Slot> byId = new HashMap<>();

    private static final class Slot {
        private final HostId id;
        private final String region;
        private final String model;
        private final int vramGb;
        private final long memoryMib;
        private final CudaVersion cuda;
        private final long priceMicros;
        private final NavigableSet<String> images;
        private int free = PlacementFleet.UNITS;

        Slot(Host host, NavigableSet<String> images) {
            UnitFacts unit = host.inventory().units().getFirst();
            this.id = host.id();
            this.region = host.region();
            this.model = unit.gpuModel();
            this.vramGb = Math.round(unit.vramMib() / 1024f);
            this.memoryMib = unit.share().memoryMib();
            this.cuda =
                    CudaVersion.parse(host.inventory().facts().cudaVersion()).orElseThrow();
            this.priceMicros =
                    GpuCatalogue.find(model).map(GpuModel::onDemandMicros).orElse(0L);
            this.images = images;
        }

        boolean takes(ResourceRequest request) {
            int count = request.gpuCount();
            return free >= count
                    && (request.gpuModels().isEmpty() || request.gpuModels().contains(model))
                    && (request.regions().isEmpty() || request.regions().contains(region))
                    && vramGb >= request.minVramGb()
                    && cuda.compareTo(request.minCuda()) >= 0
                    && request.cpus().contains(1600L * count, 100)
                    && request.memoryGb().contains(memoryMib * count, 1024)
                    && (request.maxPriceMicros() == 0 || priceMicros <= request.maxPriceMicros());
        }
    }

    ScanReference(PlacementFleet fleet) {
        slots = fleet.cluster().hosts().stream()
                .map(host -> new Slot(host, fleet.images(host.id())))
                .toArray(Slot[]::new);
        for (Slot slot : slots) {
            byId.put(slot.id, slot);
        }
    }

    /** Null when no host has room. Hosts lie by id, so the first of equals stays. */
    @Nullable
    HostId place(Search search) {
        Slot best = null;
        for (Slot slot : slots) {
            if (slot.takes(search.request()) && (best == null || isBetter(slot, best, search))) {
                best = slot;
            }
        }
        return best == null ? null : best.id;
    }

    private static boolean isBetter(Slot one, Slot other, Search search) {
        int order = search.request().gpuModels().indexOf(one.model)
                - search.request().gpuModels().indexOf(other.model);
        if (order != 0) {
            return order < 0;
        }
        if (one.free != other.free) {
            return one.free < other.free;
        }
        boolean hasImage = one.images.contains(search.image());
        if (hasImage != other.images.contains(search.image())) {
            return hasImage;
        }
        return one.priceMicros < other.priceMicros;
    }

    /** {@code change}: negative for a claim, positive for a release. */
    void changeFree(HostId id, int change) {
        Slot slot = byId.get(id);
        if (slot == null) {
            throw new IllegalStateException("There is no host " + id);
        }
        slot.free += change;
    }
}
