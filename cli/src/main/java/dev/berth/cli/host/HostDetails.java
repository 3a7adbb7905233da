package dev.berth.cli.host;

import dev.berth.cli.render.Facts;
import dev.berth.cli.render.Human;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostFacts;
import dev.berth.proto.v1.HostReach;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** All that is known of one host, a line for each fact, then its units and their links, for people. Pure. */
final class HostDetails {
    private final Facts facts = new Facts(13);

    private HostDetails() {}

    static String of(Host host, InstantSource clock) {
        HostDetails details = new HostDetails();
        details.host(host);
        details.times(host, clock);
        details.share(host);
        details.machine(host.getFacts());
        details.reach(host.getReach());
        host.getWarningsList().forEach(warning -> details.facts.line("warning", warning));
        String links = HostLinks.table(host);
        return details.facts + "\n" + HostUnits.table(host) + (links.isEmpty() ? "" : "\n" + links);
    }

    private void host(Host host) {
        facts.line("id", host.getId())
                .line("name", host.getName())
                .line("region", host.getRegion())
                .line("data center", host.getDataCenter())
                .line("labels", labels(host.getLabelsMap()))
                .line("state", host.getLiveness().name())
                .line("availability", availability(host))
                .line("pods", Integer.toString(host.getPods()));
    }

    private static String availability(Host host) {
        String deadline = host.hasDrainDeadline() ? ", until " + Human.time(host.getDrainDeadline()) : "";
        return HostText.availability(host.getAvailability()) + deadline;
    }

    private static String labels(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(labels)
                .forEach((key, value) -> text.append(text.isEmpty() ? "" : " ")
                        .append(key)
                        .append('=')
                        .append(value));
        return text.toString();
    }

    private void times(Host host, InstantSource clock) {
        facts.line("heard", Human.age(host.hasLastContact(), host.getLastContact(), clock) + " ago")
                .line("connected", Human.age(host.hasSessionSince(), host.getSessionSince(), clock))
                .line("joined", Human.age(host.hasJoinedAt(), host.getJoinedAt(), clock) + " ago");
    }

    private void share(Host host) {
        String gpus = HostUnits.gpus(host);
        facts.line("gpus", gpus.isEmpty() ? "none" : gpus + ", " + HostUnits.freeGpus(host) + " free")
                .line("CPU units", HostUnits.cpuUnits(host));
        String granted = HostUnits.share(host.getUnitCpuHundredths(), host.getUnitMemoryMib());
        String enforced = HostUnits.share(host.getEnforcedUnitCpuHundredths(), host.getEnforcedUnitMemoryMib());
        facts.line(
                "unit",
                gpus.isEmpty()
                        ? ""
                        : "1 GPU, " + granted + (granted.equals(enforced) ? "" : " (enforced: " + enforced + ")"));
    }

    private void machine(HostFacts machine) {
        String offers = machine.getCpus() + " CPUs, " + Human.gigabytes(machine.getMemoryMib());
        String has = machine.getMachineCpus() + " CPUs, " + Human.gigabytes(machine.getMachineMemoryMib());
        facts.line("offers", offers + ", disk " + machine.getDiskGb() + " GB")
                .line("machine", has.equals(offers) ? "" : has)
                .line("cpu", machine.getCpuModel())
                .line("system", joined(machine.getOs(), machine.getKernel()))
                .line(
                        "docker",
                        joined(machine.getDockerVersion(), machine.getStorageDriver())
                                + (machine.getCgroupVersion() == 0 ? "" : ", cgroup v" + machine.getCgroupVersion())
                                + (machine.getLiveRestore() ? ", live-restore" : ""))
                .line(
                        "driver",
                        machine.getDriverVersion()
                                + (machine.getCudaVersion().isEmpty() ? "" : ", CUDA " + machine.getCudaVersion()))
                .line("injection", machine.getGpuInjection())
                .line("agent", machine.getAgentVersion());
    }

    private void reach(HostReach reach) {
        String range = reach.getFirstPort() + "-" + reach.getLastPort();
        facts.line("address", reach.getAdvertiseAddress())
                .line("ports", reach.getLastPort() == 0 ? "" : range + ", " + reach.getTakenPorts() + " taken")
                .line("shares", String.join(" ", reach.getSharesList()))
                .line(
                        "disk given",
                        reach.getDiskGb() == 0 ? "" : reach.getClaimedDiskGb() + " of " + reach.getDiskGb() + " GB");
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
    }
}
