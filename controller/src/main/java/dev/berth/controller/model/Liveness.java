package dev.berth.controller.model;

/** How long ago a host was heard: under 15 s, under 60 s, under 120 s, longer. Only READY hosts get new pods. */
public enum Liveness {
    READY,
    SUSPECT,
    UNREACHABLE,
    LOST
}
