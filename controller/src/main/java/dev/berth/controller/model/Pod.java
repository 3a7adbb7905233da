package dev.berth.controller.model;

/** A pod at one resource version. Immutable: every change makes a new one. */
public record Pod(
        PodId id, TenantId tenant, PodSpec spec, PodStatus status, Placement placement, PodTimes times, long version) {
    public PodState state() {
        return status.state();
    }

    public String name() {
        return spec.name();
    }

    /** True once the pod has been RUNNING; from then on a failed start leads back to STOPPED, not to FAILED. */
    public boolean hasRun() {
        return times.firstRunningMillis() > 0;
    }

    public boolean isQueued() {
        return status.state() == PodState.INITIALIZING && status.detail() == PodDetail.QUEUED;
    }

    public Pod with(PodStatus newStatus, PodTimes newTimes, long newVersion) {
        return new Pod(id, tenant, spec, newStatus, placement, newTimes, newVersion);
    }

    public Pod with(PodStatus newStatus, Placement newPlacement, long newVersion) {
        return new Pod(id, tenant, spec, newStatus, newPlacement, times, newVersion);
    }

    public Pod with(Placement newPlacement, long newVersion) {
        return new Pod(id, tenant, spec, status, newPlacement, times, newVersion);
    }
}
