package dev.berth.controller.model;

/** What a host shall do with one incarnation of a pod. */
public enum Goal {
    RUN,
    STOP,
    REMOVE
}
