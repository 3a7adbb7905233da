package dev.berth.agent.model;

import java.util.List;

/** One placement as the controller wants it. Units are GPU UUIDs; CPU and memory are what was granted. */
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
        int graceMillis) {
    public Assignment {
        unitIds = List.copyOf(unitIds);
    }

    public PodKey key() {
        return new PodKey(podId, incarnation);
    }

    public Assignment withGoal(Goal wanted) {
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
                graceMillis);
    }
}
