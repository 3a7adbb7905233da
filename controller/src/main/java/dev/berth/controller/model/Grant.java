package dev.berth.controller.model;

import java.util.List;

/** What a pod holds: whole units of one host, at the share that the host had when it was placed. */
public record Grant(List<String> unitIds, String gpuModel, int cpuHundredths, long memoryMib) {}
