package dev.berth.agent.model;

import java.util.List;

/**
 * One placement as the controller wants it. Units are named by their ids; CPU and memory are what was granted.
 *
 * @param elastic may run only while the host holds a lease
 * @param preStopCommand run in the container before it is stopped; empty: none
 * @param restarts how often its container is to have been started anew
 */
public record Assignment(
        String podId,
        int incarnation,
        Goal goal,
        String tenantId,
        ContainerSpec container,
        List<String> unitIds,
        int cpuHundredths,
        long memoryMib,
        int containerDiskGb,
        int graceMillis,
        boolean elastic,
        List<VolumeMount> volumes,
        List<PortBinding> ports,
        String preStopCommand,
        int restarts) {
    public Assignment {
        unitIds = List.copyOf(unitIds);
        volumes = List.copyOf(volumes);
        ports = List.copyOf(ports);
    }

    /** Of a pinned pod, which no lease concerns. */
    public Assignment(
            String podId,
            int incarnation,
            Goal goal,
            String tenantId,
            ContainerSpec container,
            List<String> unitIds,
            int cpuHundredths,
            long memoryMib,
            int containerDiskGb,
            int graceMillis) {
        this(
                podId,
                incarnation,
                goal,
                tenantId,
                container,
                unitIds,
                cpuHundredths,
                memoryMib,
                containerDiskGb,
                graceMillis,
                false);
    }

    /** Without volumes and ports, never restarted. */
    public Assignment(
            String podId,
            int incarnation,
            Goal goal,
            String tenantId,
            ContainerSpec container,
            List<String> unitIds,
            int cpuHundredths,
            long memoryMib,
            int containerDiskGb,
            int graceMillis,
            boolean elastic) {
        this(
                podId,
                incarnation,
                goal,
                tenantId,
                container,
                unitIds,
                cpuHundredths,
                memoryMib,
                containerDiskGb,
                graceMillis,
                elastic,
                List.of(),
                List.of(),
                "",
                0);
    }

    public PodKey key() {
        return new PodKey(podId, incarnation);
    }

    public Assignment withGoal(Goal wanted) {
        return with(wanted, graceMillis, volumes);
    }

    public Assignment withGraceMillis(int millis) {
        return with(goal, millis, volumes);
    }

    public Assignment withVolumes(List<VolumeMount> mounts) {
        return with(goal, graceMillis, mounts);
    }

    private Assignment with(Goal wanted, int millis, List<VolumeMount> mounts) {
        return new Assignment(
                podId,
                incarnation,
                wanted,
                tenantId,
                container,
                unitIds,
                cpuHundredths,
                memoryMib,
                containerDiskGb,
                millis,
                elastic,
                mounts,
                ports,
                preStopCommand,
                restarts);
    }
}
