package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerPlan;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.gpu.Injection;
import dev.berth.agent.host.CpuSet;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.HostShare;
import java.util.BitSet;
import java.util.List;

/** What a container of an assignment looks like on this host: its GPUs, its CPUs, its memory. Immutable, any thread. */
public final class PodPlans {
    private final Injection injection;
    private final HostShare share;

    public PodPlans(Injection injection, HostShare share) {
        this.injection = injection;
        this.share = share;
    }

    /** @throws IllegalArgumentException when a unit is not among this host's */
    ContainerPlan of(Assignment assignment, ImageFacts image) {
        int units = assignment.unitIds().size();
        ContainerSpec spec = assignment.container();
        return new ContainerPlan(
                assignment.podId(),
                assignment.incarnation(),
                image,
                spec.entrypoint(),
                command(spec),
                spec.env(),
                assignment.unitIds(),
                injection.devices(assignment.unitIds()),
                units == 0 ? assignment.cpuHundredths() : units * share.enforcedUnitCpuHundredths(),
                cpuset(assignment.unitIds()),
                units == 0 ? assignment.memoryMib() : units * share.enforcedUnitMemoryMib(),
                assignment.elastic());
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
