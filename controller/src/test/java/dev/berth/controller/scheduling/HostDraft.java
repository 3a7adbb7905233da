package dev.berth.controller.scheduling;

import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.GpuModel;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A host to be, for tests: whole machines in one line, odd ones in a few. Named as its id. */
final class HostDraft {
    final String name;
    private final List<UnitFacts> units = new ArrayList<>();
    private List<GpuLink> links = List.of();
    private String region = "eu";
    private String cuda = "12.4";
    private String fabric = "";
    private boolean simulated = true;

    HostDraft(String name) {
        this.name = name;
    }

    /** GPUs of one model among which these CPUs and this memory are shared out. */
    static HostDraft of(String name, String model, int gpus, int cpus, int memoryGb) {
        int cpuHundredths = cpus / gpus * 100;
        return new HostDraft(name).gpus(model, gpus, cpuHundredths, memoryGb * 1024L / gpus);
    }

    HostDraft gpus(String model, int count, int cpuHundredths, long memoryMib) {
        int vramMib = GpuCatalogue.find(model).map(GpuModel::vramGb).orElse(24) * 1024 - 12;
        UnitShare share = new UnitShare(cpuHundredths, memoryMib, cpuHundredths, memoryMib);
        for (int i = 0; i < count; i++) {
            int place = units.size();
            units.add(new UnitFacts("GPU-" + name + "-" + place, model, vramMib, place, "", -1, share));
        }
        return this;
    }

    /** CPU units, half of them on either NUMA node. */
    HostDraft cpuUnits(int count) {
        UnitShare share = new UnitShare(100, 2048, 100, 2048);
        for (int i = 0; i < count; i++) {
            int node = i < count / 2 ? 0 : 1;
            units.add(new UnitFacts("CPU-" + name + "-" + i, GpuCatalogue.CPU, 0, -1, "", node, share));
        }
        return this;
    }

    HostDraft linked(List<GpuLink> newLinks) {
        links = newLinks;
        return this;
    }

    HostDraft in(String newRegion) {
        region = newRegion;
        return this;
    }

    HostDraft cuda(String version) {
        cuda = version;
        return this;
    }

    HostDraft fabric(String newFabric) {
        fabric = newFabric;
        return this;
    }

    HostDraft real() {
        simulated = false;
        return this;
    }

    HostPlace place() {
        return new HostPlace(region, "", fabric.isEmpty() ? Map.of() : Map.of("fabric", fabric));
    }

    Inventory inventory() {
        HostFacts facts =
                new HostFacts(128, 1 << 20, 128, 1 << 20, 1000, "", "", "", "", 1, "", cuda, "", "", true, "");
        return new Inventory(facts, List.copyOf(units), links, simulated, List.of());
    }
}
