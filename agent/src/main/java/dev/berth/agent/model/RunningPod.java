package dev.berth.agent.model;

import java.util.List;

/** A container that runs, for those who look after it while it does. */
public record RunningPod(PodKey key, String containerId, List<PortBinding> ports, int containerDiskGb) {
    public RunningPod {
        ports = List.copyOf(ports);
    }
}
