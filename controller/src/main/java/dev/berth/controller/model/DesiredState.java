package dev.berth.controller.model;

/** What the owner wants of a pod. */
public enum DesiredState {
    RUNNING,
    STOPPED,
    TERMINATED
}
