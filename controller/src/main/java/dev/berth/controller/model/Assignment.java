package dev.berth.controller.model;

/** That a host shall do {@code goal} with one incarnation of a pod. */
public record Assignment(PodId podId, int incarnation, Goal goal) {}
