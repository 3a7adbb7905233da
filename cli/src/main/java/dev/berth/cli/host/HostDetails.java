package dev.berth.cli.host;

import dev.berth.cli.render.Escape;
import dev.berth.cli.render.Human;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostFacts;
import dev.berth.proto.v1.Unit;
import java.time.InstantSource;

/** All that is known of one host, a line for each fact and a table of its units, for people. Pure. */
final class HostDetails {
    private final StringBuilder text = new StringBuilder();

    private HostDetails() {}

    static String of(Host host, InstantSource clock) {
        HostDetails details = new HostDetails();
        details.host(host, clock);
        details.share(host);
        details.facts(host.getFacts());
        host.getWarningsList().forEach(warning -> details.line("warning", warning));
        return details.text + "\n" + units(host);
    }

    private void host(Host host, InstantSource clock) {
        line("id", host.getId());
        line("name", host.getName());
        line("region", host.getRegion());
        line("state", host.getLiveness().name());
        line("heard", Human.age(host.hasLastContact(), host.getLastContact(), clock) + " ago");
        line("connected", Human.age(host.hasSessionSince(), host.getSessionSince(), clock));
        line("joined", Human.age(host.hasJoinedAt(), host.getJoinedAt(), clock) + " ago");
        line("gpus", HostText.gpus(host) + ", " + host.getFreeUnits() + " free");
    }

    private void share(Host host) {
        String granted = share(host.getUnitCpuHundredths(), host.getUnitMemoryMib());
        String enforced = share(host.getEnforcedUnitCpuHundredths(), host.getEnforcedUnitMemoryMib());
        line("unit", "1 GPU, " + granted + (granted.equals(enforced) ? "" : " (enforced: " + enforced + ")"));
    }

    private static String share(int cpuHundredths, long memoryMib) {
        return Human.hundredths(cpuHundredths) + " CPUs, " + Human.gigabytes(memoryMib);
    }

    private void facts(HostFacts facts) {
        String offers = facts.getCpus() + " CPUs, " + Human.gigabytes(facts.getMemoryMib());
        String machine = facts.getMachineCpus() + " CPUs, " + Human.gigabytes(facts.getMachineMemoryMib());
        line("offers", offers + ", disk " + facts.getDiskGb() + " GB");
        line("machine", machine.equals(offers) ? "" : machine);
        line("cpu", facts.getCpuModel());
        line("system", joined(facts.getOs(), facts.getKernel()));
        line(
                "docker",
                joined(facts.getDockerVersion(), facts.getStorageDriver())
                        + (facts.getCgroupVersion() == 0 ? "" : ", cgroup v" + facts.getCgroupVersion())
                        + (facts.getLiveRestore() ? ", live-restore" : ""));
        line(
                "driver",
                facts.getDriverVersion()
                        + (facts.getCudaVersion().isEmpty() ? "" : ", CUDA " + facts.getCudaVersion()));
        line("injection", facts.getGpuInjection());
        line("agent", facts.getAgentVersion());
    }

    private static String units(Host host) {
        Table table = new Table("UNIT", "MODEL", "VRAM", "NODE", "HEALTH", "POD", "CPUS");
        for (Unit unit : host.getUnitsList()) {
            table.row(
                    unit.getId(),
                    unit.getGpuModel() + (host.getSimulated() ? " SIMULATED" : ""),
                    Human.gigabytes(unit.getVramMib()),
                    "/dev/nvidia" + unit.getMinor(),
                    unit.getHealth().name(),
                    unit.getPodId().isEmpty() ? "free" : unit.getPodId(),
                    unit.getCpuAffinity());
        }
        return table.toString();
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
    }

    private void line(String label, String value) {
        if (!value.isEmpty()) {
            text.append(label)
                    .repeat(' ', 11 - label.length())
                    .append(Escape.cell(value))
                    .append('\n');
        }
    }
}
