package dev.berth.agent.model;

/** What the machine is, and what the host offers of it. Absent texts are empty. Sizes in GB are GiB. */
public record HostFacts(
        int cpus,
        long memoryMib,
        int machineCpus,
        long machineMemoryMib,
        int diskGb,
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
