package dev.berth.controller.model;

/** What a host's machine and engine are, for people and filters. Claims are what a simulated host offers. */
public record HostFacts(
        int cpus,
        long memoryMib,
        int machineCpus,
        long machineMemoryMib,
        long diskGb,
        String cpuModel,
        String os,
        String kernel,
        String dockerVersion,
        int cgroupVersion,
        String driverVersion,
        String cudaVersion,
        String agentVersion,
        String gpuInjection,
        boolean liveRestore,
        String storageDriver) {}
