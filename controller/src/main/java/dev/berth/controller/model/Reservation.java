package dev.berth.controller.model;

import java.util.List;

/**
 * That free units of a host are kept for a pod that waits.
 *
 * @param preempted pods that are being stopped to make room; empty for a reservation by age
 * @param earliestMillis when the units can be free at the earliest; 0 where that cannot be known
 */
public record Reservation(
        PodId podId, HostId hostId, String gpuModel, int count, List<PodId> preempted, long earliestMillis) {}
