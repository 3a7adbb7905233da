package dev.berth.agent.model;

/** A start that failed for good: the reason, and a sentence for people. */
public record Failure(FailureReason reason, String message) {}
