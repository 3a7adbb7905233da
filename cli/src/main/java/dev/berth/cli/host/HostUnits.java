package dev.berth.cli.host;

import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.Unit;
import dev.berth.proto.v1.UnitHealth;
import java.util.LinkedHashMap;
import java.util.Map;

/** The units of one host for people: its GPUs line by line, its CPU units, which are all alike, in one. Pure. */
final class HostUnits {
    /** How the catalogue calls a unit without a GPU. */
    private static final String CPU = "CPU";

    private HostUnits() {}

    static boolean isCpu(Unit unit) {
        return unit.getGpuModel().equals(CPU);
    }

    /** "8 x RTX 4090 SIMULATED", without CPU units; empty for none. */
    static String gpus(Host host) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Unit unit : host.getUnitsList()) {
            if (!isCpu(unit)) {
                counts.merge(unit.getGpuModel(), 1, Integer::sum);
            }
        }
        StringBuilder text = new StringBuilder();
        counts.forEach((model, count) -> text.append(text.isEmpty() ? "" : " + ")
                .append(count)
                .append(" x ")
                .append(model));
        return host.getSimulated() && !text.isEmpty()
                ? text.append(" SIMULATED").toString()
                : text.toString();
    }

    static int freeGpus(Host host) {
        return count(host, false, true);
    }

    /** "16 (3 free)", empty for none. */
    static String cpuUnits(Host host) {
        int all = count(host, true, false);
        return all == 0 ? "" : all + " (" + count(host, true, true) + " free)";
    }

    static int count(Host host, boolean cpu, boolean onlyFree) {
        int count = 0;
        for (Unit unit : host.getUnitsList()) {
            count += isCpu(unit) == cpu && (!onlyFree || isFree(unit)) ? 1 : 0;
        }
        return count;
    }

    private static boolean isFree(Unit unit) {
        boolean held = unit.getHealth() == UnitHealth.QUARANTINED || unit.getHealth() == UnitHealth.MISSING;
        return unit.getPodId().isEmpty() && !held;
    }

    static String share(int cpuHundredths, long memoryMib) {
        return Human.hundredths(cpuHundredths) + " CPUs, " + Human.gigabytes(memoryMib);
    }

    /** The GPUs, each with its place in the list of units, which the links name. Empty for none. */
    static String table(Host host) {
        Table table = new Table("#", "UNIT", "MODEL", "VRAM", "NODE", "SHARE", "NUMA", "HEALTH", "POD", "CPUS");
        for (int i = 0; i < host.getUnitsCount(); i++) {
            Unit unit = host.getUnits(i);
            if (isCpu(unit)) {
                continue;
            }
            boolean hasShare = unit.getCpuHundredths() > 0 || unit.getMemoryMib() > 0;
            table.row(
                    Integer.toString(i),
                    unit.getId(),
                    unit.getGpuModel() + (host.getSimulated() ? " SIMULATED" : ""),
                    Human.gigabytes(unit.getVramMib()),
                    "/dev/nvidia" + unit.getMinor(),
                    hasShare ? share(unit.getCpuHundredths(), unit.getMemoryMib()) : "-",
                    unit.getNumaNode() < 0 ? "-" : Integer.toString(unit.getNumaNode()),
                    unit.getHealth().name(),
                    unit.getPodId().isEmpty() ? "free" : unit.getPodId(),
                    unit.getCpuAffinity());
        }
        return table.isEmpty() ? "" : table.toString();
    }
}
