package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/** One line of a deployment's history; {@code sequence} is the version of its record. */
public record DeploymentEvent(
        long sequence,
        long atMillis,
        String message,
        @Nullable PodId podId,
        Reason reason,
        Actor actor) {}
