package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a pod is or was last: host, incarnation (0 before the first placement), the units it holds now (null when
 * none), and the price per GPU-hour that was fixed when it was placed.
 */
public record Placement(
        @Nullable HostId hostId, int incarnation, @Nullable Grant grant, long gpuHourMicros) {
    public static final Placement NONE = new Placement(null, 0, null, 0);

    public Placement withoutGrant() {
        return new Placement(hostId, incarnation, null, gpuHourMicros);
    }
}
