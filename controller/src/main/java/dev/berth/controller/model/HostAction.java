package dev.berth.controller.model;

/** What an administrator may do with a host. */
public enum HostAction {
    CORDON,
    UNCORDON,
    DRAIN,
    MAINTAIN,
    GIVE_UP
}
