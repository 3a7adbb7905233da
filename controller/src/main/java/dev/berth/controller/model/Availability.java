package dev.berth.controller.model;

/** What an administrator has a host open for; liveness is another matter. */
public enum Availability {
    OPEN,
    /** No new pods. */
    CORDONED,
    /** No new pods, and those that are there leave by a deadline. */
    DRAINING,
    /** Out of service; its silence alarms nobody. */
    MAINTENANCE
}
