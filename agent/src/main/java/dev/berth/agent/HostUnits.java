package dev.berth.agent;

import dev.berth.agent.gpu.Gpu;
import dev.berth.agent.gpu.GpuInventory;
import dev.berth.agent.gpu.GpuLink;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.gpu.MigInstance;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of the GPUs that were found becomes units: readable, whole GPUs in order of their index, then the instances of
 * those that MIG split; and how the units are wired. What is not offered is named in the warnings. Pure.
 */
record HostUnits(List<UnitFacts> units, List<UnitLink> links) {
    static HostUnits of(GpuInventory inventory, Injection injection, List<String> warnings) {
        List<UnitFacts> units = new ArrayList<>();
        List<UnitFacts> instances = new ArrayList<>();
        for (Gpu gpu : inventory.gpus()) {
            boolean split = gpu.migEnabled().orElse(false);
            if (split && injection.givesMigInstances()) {
                gpu.migInstances().forEach(instance -> instances.add(unit(gpu, instance)));
                if (gpu.migInstances().isEmpty()) {
                    warnings.add(
                            "GPU " + gpu.uuid() + " is not offered: MIG is on and it has no instance that is ready;"
                                    + " make some (nvidia-smi mig -cgi … -C), or turn MIG off, and restart the agent");
                }
            } else if (split) {
                warnings.add("GPU " + gpu.uuid() + " is split by MIG and none of its "
                        + gpu.migInstances().size()
                        + " instances is offered: this host gives device nodes one by one, which cannot keep instances"
                        + " apart; install NVIDIA's container toolkit and restart dockerd");
            } else if (gpu.name().isEmpty()
                    || gpu.vramMib().isEmpty()
                    || gpu.minor().isEmpty()) {
                warnings.add("GPU " + gpu.uuid() + " is not offered: its name, memory or minor cannot be read");
            } else {
                units.add(new UnitFacts(
                        gpu.uuid(),
                        gpu.name().get(),
                        gpu.vramMib().getAsInt(),
                        gpu.minor().getAsInt(),
                        gpu.cpuAffinity(),
                        gpu.numaNode().orElse(UnitFacts.NO_NODE)));
            }
        }
        units.addAll(instances);
        return new HostUnits(List.copyOf(units), links(units, inventory.links()));
    }

    private static UnitFacts unit(Gpu parent, MigInstance instance) {
        return new UnitFacts(
                instance.uuid(),
                instance.name(),
                instance.vramMib(),
                parent.minor().orElse(-1),
                parent.cpuAffinity(),
                parent.numaNode().orElse(UnitFacts.NO_NODE));
    }

    /** Between units that are offered; a GPU that is not takes its links with it. */
    private static List<UnitLink> links(List<UnitFacts> units, List<GpuLink> known) {
        Map<String, Integer> places = new TreeMap<>();
        for (int i = 0; i < units.size(); i++) {
            places.put(units.get(i).id(), i);
        }
        List<UnitLink> links = new ArrayList<>();
        for (GpuLink link : known) {
            Integer first = places.get(link.first());
            Integer second = places.get(link.second());
            if (first != null && second != null) {
                links.add(new UnitLink(first, second, connection(link.way()), link.nvlinks()));
            }
        }
        return links;
    }

    private static UnitLink.Connection connection(GpuLink.Way way) {
        return switch (way) {
            case NVLINK -> UnitLink.Connection.NVLINK;
            case SWITCH -> UnitLink.Connection.SWITCH;
            case SOCKET -> UnitLink.Connection.SOCKET;
        };
    }
}
