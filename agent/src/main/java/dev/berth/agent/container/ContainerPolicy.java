package dev.berth.agent.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import dev.berth.agent.container.ContainerException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The one place that turns a plan into the engine's fields. What a plan does not name is the same for every pod, and
 * the dangerous fields (privileged, namespaces of the host, binds, sysctls …) are never taken from anywhere. Pure.
 *
 * @param initPath the host's static init, bound into each container as its first process; not the engine's own
 *     {@code --init}, which puts its file where a volume over /usr hides it
 * @param swapLimit whether the engine can limit memory and swap together; elsewhere the host has no swap to limit
 * @param bindingLimits hard limits by name that the engine cannot raise; empty on an ordinary host
 * @param cgroupParent where {@link Cgroups} looks, whatever the engine's own configuration says
 */
record ContainerPolicy(
        Optional<String> initPath, boolean swapLimit, Map<String, Long> bindingLimits, String cgroupParent) {
    static final long CPU_PERIOD_MICROS = 100_000;
    static final long PIDS = 32_768;
    static final int OOM_SCORE_ADJ = 500;
    static final String VISIBLE_DEVICES = "NVIDIA_VISIBLE_DEVICES";
    static final String DRIVER_CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES";

    /** On top of the system volume: what is put there is never kept. */
    static final String SECRETS_PATH = "/run/secrets";

    static final String SECRETS_OPTIONS = "rw,noexec,nosuid,nodev,size=16m,mode=0700";

    private static final long MIB = 1 << 20;
    private static final long UNLIMITED = -1;
    private static final String NVIDIA_PREFIX = "NVIDIA_";
    /** Variables by which an image asks NVIDIA's container runtimes for more than its GPUs. */
    private static final Set<String> MORE_DEVICES = Set.of(
            "NVIDIA_MIG_CONFIG_DEVICES",
            "NVIDIA_MIG_MONITOR_DEVICES",
            "NVIDIA_IMEX_CHANNELS",
            "NVIDIA_GDS",
            "NVIDIA_MOFED",
            "NVIDIA_GDRCOPY",
            "NVIDIA_NVSWITCH");

    /** NET_RAW, MKNOD, SETFCAP and SETPCAP of Docker's default are not here; sshd needs SYS_CHROOT and AUDIT_WRITE. */
    static final List<Capability> CAPABILITIES = List.of(
            Capability.CHOWN,
            Capability.DAC_OVERRIDE,
            Capability.FOWNER,
            Capability.FSETID,
            Capability.SETUID,
            Capability.SETGID,
            Capability.KILL,
            Capability.NET_BIND_SERVICE,
            Capability.SYS_CHROOT,
            Capability.AUDIT_WRITE);

    static final Map<String, String> LOG_OPTIONS = Map.of("max-size", "20m", "max-file", "3", "mode", "blocking");

    CreateContainerCmd fill(CreateContainerCmd command, ContainerPlan plan, Map<String, String> labels) {
        List<ExposedPort> exposed = plan.fittings().ports().stream()
                .map(port -> ExposedPort.tcp(port.containerPort()))
                .toList();
        if (!exposed.isEmpty()) {
            command.withExposedPorts(exposed);
        }
        return command.withName(plan.name())
                .withHostName(plan.podId())
                .withLabels(labels)
                .withEntrypoint(argv(plan))
                .withEnv(environment(plan))
                .withStopSignal("SIGTERM")
                .withTty(false)
                .withStdinOpen(false)
                .withHostConfig(hostConfig(plan));
    }

    /** All words of the first process: our init, then the plan's or the image's as docker would combine them. */
    List<String> argv(ContainerPlan plan) {
        List<String> words = new ArrayList<>();
        if (!plan.entrypoint().isEmpty()) {
            words.addAll(plan.entrypoint());
            words.addAll(plan.command());
        } else {
            words.addAll(plan.image().entrypoint());
            words.addAll(plan.command().isEmpty() ? plan.image().command() : plan.command());
        }
        if (words.isEmpty()) {
            throw new ContainerException(
                    Kind.CONTAINER_CREATE_ERROR,
                    "image " + plan.image().reference()
                            + " names no command and neither does the pod: deploy it with a command");
        }
        if (initPath.isPresent()) {
            words.addAll(0, List.of(StaticInit.CONTAINER_PATH, "--"));
        }
        return List.copyOf(words);
    }

    /**
     * The plan's variables without {@code NVIDIA_*}: to NVIDIA's container runtimes these are requests for devices. An
     * image's own are answered by ours, which come later; those that would ask for more devices are emptied.
     */
    List<String> environment(ContainerPlan plan) {
        Map<String, String> env = new TreeMap<>();
        for (String variable : plan.image().env()) {
            String name = variable.split("=", 2)[0];
            if (MORE_DEVICES.contains(name)) {
                env.put(name, "");
            }
        }
        for (Map.Entry<String, String> variable : plan.env().entrySet()) {
            if (!variable.getKey().startsWith(NVIDIA_PREFIX)) {
                env.put(variable.getKey(), variable.getValue());
            }
        }
        switch (plan.gpus()) {
            // The engine adds the same value again; whichever of the two is read, it is right.
            case GpuDevices.NvidiaRequest(List<String> uuids) -> {
                env.put(VISIBLE_DEVICES, String.join(",", uuids));
                env.put(DRIVER_CAPABILITIES, "compute,utility");
            }
            case GpuDevices.None() -> env.put(VISIBLE_DEVICES, "void");
            case GpuDevices.Cdi cdi -> env.put(VISIBLE_DEVICES, "void");
            case GpuDevices.RawNodes nodes -> env.put(VISIBLE_DEVICES, "void");
        }
        return env.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    HostConfig hostConfig(ContainerPlan plan) {
        HostConfig config = HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withCapAdd(CAPABILITIES.toArray(Capability[]::new))
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withRuntime("runc")
                .withInit(false)
                .withIpcMode("private")
                .withNetworkMode("bridge")
                .withRestartPolicy(RestartPolicy.noRestart())
                .withAutoRemove(false)
                .withCgroupParent(cgroupParent)
                .withOomScoreAdj(OOM_SCORE_ADJ)
                .withPidsLimit(PIDS)
                .withLogConfig(new LogConfig(LogConfig.LoggingType.LOCAL, LOG_OPTIONS))
                .withUlimits(ulimits());
        initPath.ifPresent(
                path -> config.withBinds(new Bind(path, new Volume(StaticInit.CONTAINER_PATH), AccessMode.ro)));
        limit(config, plan);
        grant(config, plan.gpus());
        fit(config, plan.fittings());
        return config;
    }

    private void limit(HostConfig config, ContainerPlan plan) {
        if (plan.memoryMib() > 0) {
            config.withMemory(plan.memoryMib() * MIB).withShmSize(plan.memoryMib() * MIB / 2);
            if (swapLimit) {
                config.withMemorySwap(plan.memoryMib() * MIB);
            }
        }
        if (plan.cpuHundredths() > 0) {
            // A quota may exceed the machine; "NanoCpus" above its CPUs is refused.
            config.withCpuPeriod(CPU_PERIOD_MICROS).withCpuQuota(plan.cpuHundredths() * CPU_PERIOD_MICROS / 100);
        }
        if (!plan.cpuset().isEmpty()) {
            config.withCpusetCpus(plan.cpuset());
        }
    }

    /** Mounts, not binds: of a bind whose folder is missing the engine would make an empty one. */
    private static void fit(HostConfig config, Fittings fittings) {
        if (!fittings.binds().isEmpty()) {
            config.withMounts(fittings.binds().stream()
                    .map(bind -> new Mount()
                            .withType(MountType.BIND)
                            .withSource(bind.hostPath().toString())
                            .withTarget(bind.containerPath())
                            .withReadOnly(bind.readOnly()))
                    .toList());
        }
        if (fittings.hasSystemVolume()) {
            config.withTmpFs(Map.of(SECRETS_PATH, SECRETS_OPTIONS));
        }
        if (!fittings.ports().isEmpty()) {
            config.withPortBindings(fittings.ports().stream()
                    .map(port -> new PortBinding(
                            Ports.Binding.bindIpAndPort(port.hostAddress(), port.hostPort()),
                            ExposedPort.tcp(port.containerPort())))
                    .toList());
        }
        if (fittings.diskGb() > 0) {
            config.withStorageOpt(Map.of("size", fittings.diskGb() + "G"));
        }
    }

    private static void grant(HostConfig config, GpuDevices gpus) {
        switch (gpus) {
            case GpuDevices.None() -> {}
            case GpuDevices.Cdi(List<String> names) ->
                config.withDeviceRequests(
                        List.of(new DeviceRequest().withDriver("cdi").withDeviceIds(names)));
            case GpuDevices.NvidiaRequest(List<String> uuids) ->
                config.withDeviceRequests(List.of(new DeviceRequest()
                        .withDriver("nvidia")
                        .withDeviceIds(uuids)
                        .withCapabilities(List.of(List.of("gpu", "compute", "utility")))));
            case GpuDevices.RawNodes(List<DeviceNode> nodes) ->
                config.withDevices(nodes.stream()
                        .map(node -> new Device("rw", node.containerPath(), node.hostPath()))
                        .toArray(Device[]::new));
        }
    }

    /** Locked memory is bounded by the memory limit; GPU programs pin much of it. */
    List<Ulimit> ulimits() {
        return List.of(
                ulimit("core", 0, 0),
                ulimit("memlock", UNLIMITED, UNLIMITED),
                ulimit("nofile", 65_536, 1_048_576),
                ulimit("stack", 64 * MIB, 64 * MIB));
    }

    private Ulimit ulimit(String name, long soft, long hard) {
        Long binding = bindingLimits.get(name);
        return binding == null
                ? new Ulimit(name, soft, hard)
                : new Ulimit(name, within(binding, soft), within(binding, hard));
    }

    private static long within(long binding, long limit) {
        return limit == UNLIMITED ? binding : Math.min(binding, limit);
    }
}
