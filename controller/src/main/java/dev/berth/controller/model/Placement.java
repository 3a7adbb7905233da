package dev.berth.controller.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod is or was last: host, incarnation (0 before the first placement), the units it holds now (null when
 * none; without any unit for a rescue), the price per GPU-hour that was fixed when it was placed, the ports reserved for
 * it on that host, and how often it was started anew within the incarnation.
 */
public record Placement(
        @Nullable HostId hostId,
        int incarnation,
        @Nullable Grant grant,
        long gpuHourMicros,
        List<PortBinding> ports,
        int restarts) {
    public static final Placement NONE = new Placement(null, 0, null, 0, List.of(), 0);

    public Placement withoutGrant() {
        return new Placement(hostId, incarnation, null, gpuHourMicros, ports, restarts);
    }

    public Placement restarted() {
        return new Placement(hostId, incarnation, grant, gpuHourMicros, ports, restarts + 1);
    }
}
