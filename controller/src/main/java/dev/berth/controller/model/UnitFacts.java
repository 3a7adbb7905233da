package dev.berth.controller.model;

/**
 * One GPU, MIG instance or CPU unit of a host, as a unit; {@code gpuModel} is canonical where the catalogue knows it,
 * {@code numaNode} is -1 where the host does not say.
 */
public record UnitFacts(
        String id, String gpuModel, int vramMib, int minor, String cpuAffinity, int numaNode, UnitShare share) {}
