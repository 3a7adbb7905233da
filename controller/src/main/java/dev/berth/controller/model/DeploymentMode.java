package dev.berth.controller.model;

/** What a deployment wishes: so many pods, or so many ended ones. */
public enum DeploymentMode {
    REPLICA_SET,
    JOB,
    /** A Job of one. */
    CONTAINER
}
