package dev.berth.controller.model;

/** How units are rented: for good, or cheaper until somebody outbids. */
public enum Purchase {
    ON_DEMAND,
    SPOT
}
