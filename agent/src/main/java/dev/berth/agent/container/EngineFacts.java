package dev.berth.agent.container;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What the engine says about itself and its host, read at start and again after the engine was away.
 *
 * @param apiVersion the version that is spoken, {@code min(server's newest, newest tested)}
 * @param serverApiVersion the server's newest
 * @param cgroupVersion 1 or 2
 * @param cgroupDriver {@code cgroupfs} or {@code systemd}
 * @param runtimes names of the OCI runtimes
 * @param limitsContainerDisk whether its storage driver can limit what a container writes
 * @param cdi whether CDI requests work
 * @param discoveredCdiDevices fully qualified names; empty also where the engine is too old to tell
 * @param nvidiaRequests whether a request of the {@code nvidia} device driver is worth a try: its runtime or its hook
 *     is there
 * @param initPath static init to run as a container's first process, absent where none was found
 * @param startedAt start of the present engine process, absent where it could not be told
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 * @param warnings sentences on what is missing for the container policy
 */
public record EngineFacts(
        String version,
        String apiVersion,
        String serverApiVersion,
        int cgroupVersion,
        String cgroupDriver,
        String storageDriver,
        boolean liveRestore,
        boolean limitsContainerDisk,
        String defaultRuntime,
        SortedSet<String> runtimes,
        boolean cdi,
        List<String> cdiSpecFolders,
        List<String> discoveredCdiDevices,
        boolean nvidiaRequests,
        int cpus,
        long memoryBytes,
        String architecture,
        String operatingSystem,
        String kernelVersion,
        String rootFolder,
        Optional<String> initPath,
        Optional<Instant> startedAt,
        String bootId,
        List<String> warnings) {}
