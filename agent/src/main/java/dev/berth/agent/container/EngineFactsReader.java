package dev.berth.agent.container;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@link EngineFacts} from {@code /version} and {@code /info}. Called by any thread. */
final class EngineFactsReader {
    private EngineFactsReader() {}

    static EngineFacts read(EngineConnection engine) {
        Version version = engine.call(
                "read the engine's version", client -> client.versionCmd().exec());
        Info info = engine.call(
                "read the engine's facts", client -> client.infoCmd().exec());
        Optional<Path> init = StaticInit.find(text(raw(info, "InitBinary"), "docker-init"));
        Path socket = engine.settings().socket();
        return new EngineFacts(
                text(version.getVersion(), "unknown"),
                engine.apiVersion(),
                text(version.getApiVersion(), "unknown"),
                text(raw(info, "CgroupVersion"), "1").equals("2") ? 2 : 1,
                cgroupDriver(info),
                text(info.getDriver(), "unknown"),
                Boolean.TRUE.equals(raw(info, "LiveRestoreEnabled")),
                DiskLimits.available(info),
                text(raw(info, "DefaultRuntime"), "runc"),
                new TreeSet<>(keys(raw(info, "Runtimes"))),
                !strings(raw(info, "CDISpecDirs")).isEmpty(),
                strings(raw(info, "CDISpecDirs")),
                cdiDevices(raw(info, "DiscoveredDevices")),
                keys(raw(info, "Runtimes")).contains("nvidia") || StaticInit.onPath("nvidia-container-runtime-hook"),
                info.getNCPU() == null ? 0 : info.getNCPU(),
                info.getMemTotal() == null ? 0 : info.getMemTotal(),
                text(info.getArchitecture(), "unknown"),
                text(info.getOperatingSystem(), "unknown"),
                text(info.getKernelVersion(), "unknown"),
                text(info.getDockerRootDir(), "/var/lib/docker"),
                init.map(Path::toString),
                EngineProcess.startedAt(socket),
                bootId(),
                warnings(info, init, EngineProcess.bindingLimits(socket)));
    }

    static ContainerPolicy policy(Info info, Path socket) {
        Optional<Path> init = StaticInit.find(text(raw(info, "InitBinary"), "docker-init"));
        return new ContainerPolicy(
                init.map(Path::toString),
                swapLimit(info),
                EngineProcess.bindingLimits(socket),
                Cgroups.parent(cgroupDriver(info)));
    }

    private static String cgroupDriver(Info info) {
        return text(raw(info, "CgroupDriver"), "cgroupfs");
    }

    /** Whether a limit on memory and swap together binds: without it the engine drops the field with a warning. */
    private static boolean swapLimit(Info info) {
        return Boolean.TRUE.equals(info.getSwapLimit());
    }

    private static List<String> warnings(Info info, Optional<Path> init, Map<String, Long> bindingLimits) {
        List<String> warnings = new ArrayList<>();
        List<String> security = info.getSecurityOptions() == null ? List.of() : info.getSecurityOptions();
        boolean defaultSeccomp = security.stream()
                .anyMatch(option -> option.contains("name=seccomp")
                        && (option.contains("profile=default") || option.contains("profile=builtin")));
        if (!defaultSeccomp) {
            warnings.add(
                    "the engine does not apply its default seccomp profile: remove seccomp-profile from daemon.json");
        }
        if (!Boolean.TRUE.equals(raw(info, "LiveRestoreEnabled"))) {
            warnings.add("containers would die with the engine: set live-restore in daemon.json");
        }
        if (init.isEmpty()) {
            warnings.add(
                    "no static docker-init found, containers run without an init: install docker-init or tini-static");
        }
        if (!swapLimit(info) && swapInUse()) {
            warnings.add("pods may swap beyond their memory: turn swap off or swap accounting on");
        }
        if (!text(raw(info, "DefaultRuntime"), "runc").equals("runc")) {
            warnings.add("the engine's default runtime is not runc: pods use runc all the same");
        }
        if (!bindingLimits.isEmpty()) {
            warnings.add("the engine may not raise limits (no CAP_SYS_RESOURCE): pods get at most " + bindingLimits);
        }
        return List.copyOf(warnings);
    }

    private static boolean swapInUse() {
        try {
            return Files.readAllLines(Path.of("/proc/swaps")).size() > 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static @Nullable Object raw(Info info, String key) {
        return info.getRawValues().get(key);
    }

    private static String text(@Nullable Object value, String otherwise) {
        return value == null || value.toString().isEmpty() ? otherwise : value.toString();
    }

    private static List<String> keys(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    private static List<String> strings(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static List<String> cdiDevices(@Nullable Object value) {
        List<String> names = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> device
                        && "cdi".equals(device.get("Source"))
                        && device.get("ID") instanceof String id) {
                    names.add(id);
                }
            }
        }
        return List.copyOf(names);
    }
}
