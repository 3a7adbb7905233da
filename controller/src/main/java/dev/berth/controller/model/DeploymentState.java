package dev.berth.controller.model;

/** Where a deployment is; all but ACTIVE and STOPPING are final. */
public enum DeploymentState {
    ACTIVE,
    COMPLETED,
    FAILED,
    STOPPING,
    STOPPED;

    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == STOPPED;
    }
}
