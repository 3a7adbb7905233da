package dev.berth.agent.model;

/** One GPU that the host offers as a unit. The id is its UUID. */
public record UnitFacts(String id, String nvmlName, int vramMib, int minor, String cpuAffinity) {}
