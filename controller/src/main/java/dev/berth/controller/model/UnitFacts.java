package dev.berth.controller.model;

/** One GPU of a host as a unit; {@code gpuModel} is canonical where the catalogue knows it. */
public record UnitFacts(String id, String gpuModel, int vramMib, int minor, String cpuAffinity) {}
