package dev.berth.agent.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the engine made with what was meant (INV-51), before it is started: defaults of the daemon, an image or
 * another client with the same name may have put in something else. Every field that could open the host is looked at,
 * also those that we never set. Pure.
 */
final class PolicyAudit {
    private static final Set<String> MASKED = Set.of("/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware");
    private static final Set<String> READ_ONLY = Set.of("/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final List<String> differences = new ArrayList<>();

    private PolicyAudit() {}

    /** Sentences on what differs; empty when all is as meant. */
    static List<String> differences(
            ContainerPolicy policy, ContainerPlan plan, Map<String, String> labels, InspectContainerResponse made) {
        PolicyAudit audit = new PolicyAudit();
        HostConfig actual = made.getHostConfig();
        if (actual == null || made.getConfig() == null) {
            return List.of("the engine shows no configuration");
        }
        HostConfig meant = policy.hostConfig(plan);
        audit.compareSecurity(meant, actual);
        audit.compareHostAccess(meant, actual);
        audit.compareFittings(meant, actual);
        audit.compareResources(meant, actual);
        audit.compareDevices(meant, actual);
        audit.same("image", plan.image().id(), made.getImageId());
        audit.same("entrypoint", policy.argv(plan), listOf(made.getConfig().getEntrypoint()));
        audit.same("command", List.of(), listOf(made.getConfig().getCmd()));
        audit.same("host name", plan.podId(), made.getConfig().getHostName());
        audit.hasAll(
                "environment", policy.environment(plan), listOf(made.getConfig().getEnv()));
        Map<String, String> madeLabels = made.getConfig().getLabels();
        audit.hasAll("labels", labels.entrySet(), madeLabels == null ? Set.of() : madeLabels.entrySet());
        audit.hasAll("masked paths", MASKED, hostConfigStrings(made, "MaskedPaths"));
        audit.hasAll("read-only paths", READ_ONLY, hostConfigStrings(made, "ReadonlyPaths"));
        Object profile = made.getRawValues().get("AppArmorProfile");
        audit.same("AppArmor", false, "unconfined".equals(profile));
        return audit.differences;
    }

    private void compareSecurity(HostConfig meant, HostConfig actual) {
        same("privileged", false, Boolean.TRUE.equals(actual.getPrivileged()));
        same("capabilities dropped", names(meant.getCapDrop()), names(actual.getCapDrop()));
        same("capabilities added", names(meant.getCapAdd()), names(actual.getCapAdd()));
        same("security options", meant.getSecurityOpts(), actual.getSecurityOpts());
        same("runtime", meant.getRuntime(), actual.getRuntime());
        same("engine's init", false, Boolean.TRUE.equals(actual.getInit()));
        RestartPolicy restart = actual.getRestartPolicy();
        same("restart policy", true, restart == null || Set.of("", "no").contains(restart.getName()));
        same("auto remove", false, Boolean.TRUE.equals(actual.getAutoRemove()));
    }

    private void compareHostAccess(HostConfig meant, HostConfig actual) {
        same("IPC namespace", "private", actual.getIpcMode());
        same("PID namespace", "", text(actual.getPidMode()));
        same("UTS namespace", "", text(actual.getUtSMode()));
        same("user namespace", "", text(actual.getUsernsMode()));
        same("cgroup parent", text(meant.getCgroupParent()), text(actual.getCgroupParent()));
        same("network", "bridge", text(actual.getNetworkMode()));
        same("sysctls", true, actual.getSysctls() == null || actual.getSysctls().isEmpty());
        same("links", 0, actual.getLinks() == null ? 0 : actual.getLinks().length);
        same("volumes from", 0, actual.getVolumesFrom() == null ? 0 : actual.getVolumesFrom().length);
        same(
                "extra groups",
                true,
                actual.getGroupAdd() == null || actual.getGroupAdd().isEmpty());
        same(
                "cgroup rules",
                true,
                actual.getDeviceCgroupRules() == null
                        || actual.getDeviceCgroupRules().isEmpty());
        same("all ports published", false, Boolean.TRUE.equals(actual.getPublishAllPorts()));
    }

    private void compareFittings(HostConfig meant, HostConfig actual) {
        same("mounts", mounts(meant), mounts(actual));
        same("tmpfs", tmpfs(meant), tmpfs(actual));
        same("published ports", ports(meant), ports(actual));
        same("storage options", storage(meant), storage(actual));
    }

    private static Set<String> mounts(HostConfig config) {
        Set<String> words = new TreeSet<>();
        for (Mount mount : config.getMounts() == null ? List.<Mount>of() : config.getMounts()) {
            boolean plain = mount.getVolumeOptions() == null && mount.getBindOptions() == null;
            words.add(mount.getType() + " " + mount.getSource() + ":" + mount.getTarget()
                    + (Boolean.TRUE.equals(mount.getReadOnly()) ? ":ro" : "") + (plain ? "" : " with options"));
        }
        return words;
    }

    private static Map<String, String> tmpfs(HostConfig config) {
        return config.getTmpFs() == null ? Map.of() : config.getTmpFs();
    }

    private static Map<String, String> storage(HostConfig config) {
        return config.getStorageOpt() == null ? Map.of() : config.getStorageOpt();
    }

    private static Set<String> ports(HostConfig config) {
        Set<String> words = new TreeSet<>();
        if (config.getPortBindings() != null) {
            config.getPortBindings().getBindings().forEach((port, bindings) -> {
                for (Ports.Binding binding : bindings == null ? new Ports.Binding[0] : bindings) {
                    words.add(port + " at " + binding.getHostIp() + ":" + binding.getHostPortSpec());
                }
            });
        }
        return words;
    }

    private void compareResources(HostConfig meant, HostConfig actual) {
        same("memory", number(meant.getMemory()), number(actual.getMemory()));
        if (meant.getMemorySwap() != null) {
            same("memory and swap", number(meant.getMemorySwap()), number(actual.getMemorySwap()));
        }
        if (meant.getShmSize() != null) {
            same("shared memory", number(meant.getShmSize()), number(actual.getShmSize()));
        }
        same("CPU quota", number(meant.getCpuQuota()), number(actual.getCpuQuota()));
        same("CPU period", number(meant.getCpuPeriod()), number(actual.getCpuPeriod()));
        same("CPU set", text(meant.getCpusetCpus()), text(actual.getCpusetCpus()));
        same("process limit", number(meant.getPidsLimit()), number(actual.getPidsLimit()));
        same("OOM score", meant.getOomScoreAdj(), actual.getOomScoreAdj());
        same("OOM killer", false, Boolean.TRUE.equals(actual.getOomKillDisable()));
        same("ulimits", ulimits(meant), ulimits(actual));
        same("log driver", meant.getLogConfig().getType(), actual.getLogConfig().getType());
        same(
                "log options",
                meant.getLogConfig().getConfig(),
                actual.getLogConfig().getConfig());
    }

    private void compareDevices(HostConfig meant, HostConfig actual) {
        same("binds", words(meant.getBinds(), Bind::toString), words(actual.getBinds(), Bind::toString));
        same(
                "devices",
                words(meant.getDevices(), PolicyAudit::deviceWords),
                words(actual.getDevices(), PolicyAudit::deviceWords));
        same("device requests", requests(meant), requests(actual));
    }

    private static String deviceWords(Device device) {
        return device.getPathOnHost() + ":" + device.getPathInContainer() + ":" + device.getcGroupPermissions();
    }

    private static List<String> requests(HostConfig config) {
        List<DeviceRequest> requests = config.getDeviceRequests() == null ? List.of() : config.getDeviceRequests();
        return requests.stream()
                .map(request -> request.getDriver() + " " + request.getDeviceIds() + " "
                        + (request.getCapabilities() == null ? List.of() : request.getCapabilities()))
                .toList();
    }

    private static Set<String> ulimits(HostConfig config) {
        return words(
                config.getUlimits(),
                (Ulimit limit) -> limit.getName() + "=" + limit.getSoftLong() + ":" + limit.getHardLong());
    }

    private static <T> Set<String> words(T @Nullable [] values, Function<T, String> words) {
        return values == null
                ? Set.of()
                : new TreeSet<>(Arrays.stream(values).map(words).toList());
    }

    private static Set<String> names(Object @Nullable [] values) {
        return words(values, String::valueOf);
    }

    /** Of a field that docker-java's own classes do not know. */
    private static Collection<String> hostConfigStrings(InspectContainerResponse made, String key) {
        return made.getRawValues().get("HostConfig") instanceof Map<?, ?> config
                        && config.get(key) instanceof Collection<?> values
                ? values.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static List<String> listOf(String @Nullable [] words) {
        return words == null ? List.of() : List.of(words);
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private void same(String field, @Nullable Object meant, @Nullable Object actual) {
        if (!Objects.equals(meant, actual)) {
            differences.add(field + " is " + actual + ", meant was " + meant);
        }
    }

    private void hasAll(String field, Collection<?> meant, Collection<?> actual) {
        List<?> missing = meant.stream().filter(one -> !actual.contains(one)).toList();
        if (!missing.isEmpty()) {
            // The values of variables may be secrets: only how many.
            differences.add(
                    field + " lacks " + (field.equals("environment") ? missing.size() + " variables" : missing));
        }
    }
}
