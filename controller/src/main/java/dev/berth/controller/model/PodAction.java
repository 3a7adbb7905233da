package dev.berth.controller.model;

/** What the owner of a pod may ask of it. */
public enum PodAction {
    PAUSE,
    RUN,
    TERMINATE
}
