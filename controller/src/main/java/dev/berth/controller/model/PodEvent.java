package dev.berth.controller.model;

/** One change of a pod, as its history shows it; {@code sequence} is the resource version at which it happened. */
public record PodEvent(
        long sequence,
        long atMillis,
        PodState from,
        PodState to,
        PodDetail detail,
        Reason reason,
        String message,
        Actor actor) {}
