package dev.berth.controller.model;

/** How far an INITIALIZING pod has come; NONE in every other state. */
public enum PodDetail {
    NONE,
    QUEUED,
    PULLING,
    STARTING
}
