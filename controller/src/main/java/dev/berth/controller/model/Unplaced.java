package dev.berth.controller.model;

/** What to do with a pod for which nothing is free at the moment. */
public enum Unplaced {
    FAIL_FAST,
    QUEUE
}
