package dev.berth.agent.host;

/** What the machine has, read once at start. */
public record MachineFacts(int cpus, long memoryMib, int diskGb, String cpuModel, String os, String kernel) {}
