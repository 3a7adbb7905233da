package dev.berth.cli.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel enforces on a process, read from its control groups, version 1 or 2. */
record Cgroup(long pid) {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    static boolean isVersion2() {
        return Files.exists(MOUNT.resolve("cgroup.controllers"));
    }

    /** Hundredths of a CPU. */
    long cpuHundredths() {
        if (isVersion2()) {
            List<String> quotaAndPeriod = List.of(read("", "cpu.max").split(" "));
            return 100 * Long.parseLong(quotaAndPeriod.get(0)) / Long.parseLong(quotaAndPeriod.get(1));
        }
        return 100 * Long.parseLong(read("cpu", "cpu.cfs_quota_us")) / Long.parseLong(read("cpu", "cpu.cfs_period_us"));
    }

    long memoryBytes() {
        return Long.parseLong(isVersion2() ? read("", "memory.max") : read("memory", "memory.limit_in_bytes"));
    }

    /** Memory and swap together on version 1, swap alone on version 2. */
    long swapBytesOnTop() {
        return isVersion2()
                ? Long.parseLong(read("", "memory.swap.max"))
                : Long.parseLong(read("memory", "memory.memsw.limit_in_bytes")) - memoryBytes();
    }

    /** Rules of the device cgroup for character devices of a major number, "195:3 rw"; version 1 only. */
    List<String> deviceRules(int major) {
        return read("devices", "devices.list")
                .lines()
                .filter(rule -> rule.startsWith("c " + major + ":"))
                .map(rule -> rule.substring(2))
                .sorted()
                .toList();
    }

    List<String> allDeviceRules() {
        return read("devices", "devices.list").lines().toList();
    }

    private String read(String controller, String file) {
        try {
            String group = Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> isVersion2()
                            ? parts[1].isEmpty()
                            : List.of(parts[1].split(",")).contains(controller))
                    .map(parts -> parts[2])
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("process " + pid + " is in no " + controller + " cgroup"));
            return Files.readString(Path.of(MOUNT.resolve(controller) + group, file))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " of process " + pid, e);
        }
    }
}
