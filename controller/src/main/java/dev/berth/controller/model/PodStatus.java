package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/** Desired and observed state of a pod with the reason; {@code exitCode} only where there is evidence of it. */
public record PodStatus(
        DesiredState desired,
        PodState state,
        PodDetail detail,
        Reason reason,
        String message,
        @Nullable Integer exitCode) {}
