package dev.berth.agent.model;

/** One line of the system log: what the agent did for a pod. Times of one placement strictly rise. */
public record StepLine(long timeMillis, String text) {}
