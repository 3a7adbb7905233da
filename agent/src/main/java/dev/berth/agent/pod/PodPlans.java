package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerPlan;
import dev.berth.agent.container.Fittings;
import dev.berth.agent.container.HostBind;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.container.PublishedPort;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.host.CpuSet;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.UnitShare;
import java.util.BitSet;
import java.util.List;

/** What a container of an assignment looks like on this host: its GPUs, its CPUs, its memory. Immutable, any thread. */
public final class PodPlans {
    private final Injection injection;
    private final HostShare share;
    private final String publishAddress;
    private final boolean limitsDisk;

    /**
     * @param publishAddress of this host, at which ports of pods are published
     * @param limitsDisk whether the engine's storage driver can limit what a container writes
     */
    public PodPlans(Injection injection, HostShare share, String publishAddress, boolean limitsDisk) {
        this.injection = injection;
        this.share = share;
        this.publishAddress = publishAddress;
        this.limitsDisk = limitsDisk;
    }

    /** @throws IllegalArgumentException when a unit is not among this host's */
    ContainerPlan of(Assignment assignment, ImageFacts image, List<HostBind> binds) {
        UnitShare limits = limits(assignment);
        List<String> gpus = assignment.unitIds().stream()
                .filter(unit -> !CpuUnits.isCpuUnit(unit))
                .toList();
        ContainerSpec spec = assignment.container();
        return new ContainerPlan(
                assignment.podId(),
                assignment.incarnation(),
                image,
                spec.entrypoint(),
                command(spec),
                spec.env(),
                assignment.unitIds(),
                injection.devices(gpus),
                limits.enforcedCpuHundredths(),
                cpuset(assignment.unitIds()),
                limits.enforcedMemoryMib(),
                assignment.elastic(),
                fittings(assignment, binds));
    }

    private Fittings fittings(Assignment assignment, List<HostBind> binds) {
        List<PublishedPort> ports = assignment.ports().stream()
                .map(port -> new PublishedPort(port.containerPort(), publishAddress, port.hostPort()))
                .toList();
        return new Fittings(binds, ports, limitsDisk ? assignment.containerDiskGb() : 0);
    }

    /** What is enforced: the sum of its units' shares; of a pod without units what it was granted. */
    private UnitShare limits(Assignment assignment) {
        int cpuHundredths = 0;
        long memoryMib = 0;
        for (String unit : assignment.unitIds()) {
            if (CpuUnits.isCpuUnit(unit) && !share.cpuUnits().contains(unit)) {
                throw new IllegalArgumentException(
                        "unit " + unit + " is not among the " + share.cpuUnits().size()
                                + " CPU units of this host; its pool became smaller, or it is another host's");
            }
            cpuHundredths += share.of(unit).enforcedCpuHundredths();
            memoryMib += share.of(unit).enforcedMemoryMib();
        }
        return assignment.unitIds().isEmpty()
                ? new UnitShare(
                        assignment.cpuHundredths(),
                        assignment.memoryMib(),
                        assignment.cpuHundredths(),
                        assignment.memoryMib())
                : new UnitShare(cpuHundredths, memoryMib, cpuHundredths, memoryMib);
    }

    private static List<String> command(ContainerSpec spec) {
        return spec.shellCommand().isEmpty() ? spec.command() : List.of("/bin/sh", "-c", spec.shellCommand());
    }

    private String cpuset(List<String> unitIds) {
        BitSet cpus = new BitSet();
        for (String unit : unitIds) {
            cpus.or(CpuSet.parse(share.cpusets().getOrDefault(unit, "")));
        }
        return CpuSet.format(cpus);
    }
}
