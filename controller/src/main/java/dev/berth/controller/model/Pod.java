package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/**
 * A pod at one resource version. Immutable: every change makes a new one. {@code membership} is null for a pod of its own;
 * a {@code locked} one refuses to be stopped or ended.
 */
public record Pod(
        PodId id,
        TenantId tenant,
        PodSpec spec,
        @Nullable Membership membership,
        PodStatus status,
        Placement placement,
        PodTimes times,
        boolean locked,
        long version) {
    /** Elastic pods belong to a deployment: never restarted, fenced by their host's lease. */
    public boolean isElastic() {
        return membership != null;
    }

    public boolean isMemberOf(DeploymentId deploymentId) {
        return membership != null && membership.deploymentId().equals(deploymentId);
    }

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

    /** True once the pod has been STOPPED or RUNNING: what starts it from then on is a run, not its deployment. */
    public boolean isRun() {
        return hasRun() || times.stoppedMillis() > 0;
    }

    public boolean isQueued() {
        return status.state() == PodState.INITIALIZING && status.detail() == PodDetail.QUEUED;
    }

    /** Has a place that it may use: what it asks for more of a disk, its host is asked for at once. */
    public boolean isPlaced() {
        return placement.grant() != null && state() != PodState.STOPPED;
    }

    /** Runs without GPUs, to rescue data. */
    public boolean isRescue() {
        Grant grant = placement.grant();
        return grant != null && grant.unitIds().isEmpty();
    }

    public Pod with(PodStatus newStatus, PodTimes newTimes, long newVersion) {
        return new Pod(id, tenant, spec, membership, newStatus, placement, newTimes, locked, newVersion);
    }

    public Pod with(PodStatus newStatus, Placement newPlacement, long newVersion) {
        return new Pod(id, tenant, spec, membership, newStatus, newPlacement, times, locked, newVersion);
    }

    public Pod with(Placement newPlacement, long newVersion) {
        return new Pod(id, tenant, spec, membership, status, newPlacement, times, locked, newVersion);
    }

    public Pod with(PodSpec newSpec, long newVersion) {
        return new Pod(id, tenant, newSpec, membership, status, placement, times, locked, newVersion);
    }

    public Pod withLock(boolean nowLocked, long newVersion) {
        return new Pod(id, tenant, spec, membership, status, placement, times, nowLocked, newVersion);
    }
}
