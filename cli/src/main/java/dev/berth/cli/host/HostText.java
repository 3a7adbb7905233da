package dev.berth.cli.host;

import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.Host;
import java.time.InstantSource;
import java.util.List;

/** Hosts as lines of a table, and their units in a few words, for people. Pure. */
final class HostText {
    private HostText() {}

    /** One line for each host. */
    static String table(List<Host> hosts, InstantSource clock) {
        Table table = new Table(
                "ID",
                "NAME",
                "REGION",
                "STATE",
                "AVAILABILITY",
                "HEARD",
                "GPUS",
                "FREE",
                "PODS",
                "CPUS/UNIT",
                "MEMORY/UNIT",
                "WARNINGS");
        for (Host host : hosts) {
            table.row(
                    host.getId(),
                    host.getName(),
                    host.getRegion(),
                    host.getLiveness().name(),
                    availability(host.getAvailability()),
                    Human.age(host.hasLastContact(), host.getLastContact(), clock),
                    units(host),
                    Integer.toString(host.getFreeUnits()),
                    Integer.toString(host.getPods()),
                    Human.hundredths(host.getUnitCpuHundredths()),
                    Human.gigabytes(host.getUnitMemoryMib()),
                    host.getWarningsCount() == 0 ? "" : Integer.toString(host.getWarningsCount()));
        }
        return table.toString();
    }

    static String availability(Availability availability) {
        return availability == Availability.AVAILABILITY_UNSPECIFIED ? "-" : availability.name();
    }

    /** "8 x RTX 4090 SIMULATED + 16 CPU units"; "none". */
    private static String units(Host host) {
        String gpus = HostUnits.gpus(host);
        int count = HostUnits.count(host, true, false);
        String cpus = count == 0 ? "" : count + " CPU units";
        if (gpus.isEmpty() || cpus.isEmpty()) {
            return gpus.isEmpty() && cpus.isEmpty() ? "none" : gpus + cpus;
        }
        return gpus + " + " + cpus;
    }
}
