package dev.berth.agent.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container's control groups on this host, in both versions and under both of the engine's drivers. Reads, and where
 * the engine cannot, kills.
 */
final class Cgroups {
    private static final Logger log = LoggerFactory.getLogger(Cgroups.class);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final long POLL_NANOS = 10_000_000;
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** On version 1 each process is in every hierarchy; these are mounted wherever Docker runs. */
    private static final List<String> HIERARCHIES = List.of("memory", "devices", "freezer", "pids");

    private Cgroups() {}

    /** The engine's own default under each of its drivers: below it {@link #folders} finds a container's groups. */
    static String parent(String driver) {
        return driver.equals("systemd") ? "system.slice" : "/docker";
    }

    /** Folders that the container may have; those that exist are its. */
    static Stream<Path> folders(String containerId) {
        Stream<String> names = Stream.of("docker/" + containerId, "system.slice/docker-" + containerId + ".scope");
        return names.flatMap(name -> Stream.concat(
                        Stream.of(ROOT.resolve(name)),
                        HIERARCHIES.stream()
                                .map(hierarchy -> ROOT.resolve(hierarchy).resolve(name))))
                .filter(Files::isDirectory);
    }

    /** Whether no process is left in any of the container's groups or groups below. */
    static boolean empty(String containerId) {
        return folders(containerId).noneMatch(Cgroups::populated);
    }

    /** The processes in its groups and in groups below; in order. */
    static Set<Long> processes(String containerId) {
        Set<Long> pids = new TreeSet<>();
        if (ID.matcher(containerId).matches()) {
            folders(containerId).forEach(folder -> collect(folder, pids));
        }
        return pids;
    }

    private static void collect(Path folder, Set<Long> pids) {
        try (Stream<Path> tree = Files.walk(folder, 8)) {
            for (Path procs : tree.filter(path -> path.endsWith("cgroup.procs")).toList()) {
                for (String pid : Files.readAllLines(procs)) {
                    pids.add(Long.parseLong(pid.strip()));
                }
            }
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            log.debug("{} went away: {}", folder, e.getMessage());
        }
    }

    /** SIGKILL to every process in its groups, again and again while some come to be, until none is left. */
    static void kill(String containerId, Duration limit) {
        if (!ID.matcher(containerId).matches()) {
            return; // Part of a path: of nothing but an id is it known where that leads.
        }
        long end = System.nanoTime() + limit.toNanos();
        while (!empty(containerId) && System.nanoTime() - end < 0) {
            folders(containerId).forEach(Cgroups::killAll);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void killAll(Path folder) {
        Path all = folder.resolve("cgroup.kill");
        if (Files.exists(all)) {
            try {
                Files.writeString(all, "1");
                return;
            } catch (IOException e) {
                log.debug("{} takes no kill: {}", all, e.getMessage());
            }
        }
        try (Stream<Path> tree = Files.walk(folder, 8)) {
            tree.filter(path -> path.endsWith("cgroup.procs")).forEach(Cgroups::killEach);
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} went away: {}", folder, e.getMessage());
        }
    }

    private static void killEach(Path procs) {
        try {
            for (String pid : Files.readAllLines(procs)) {
                ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException | NumberFormatException e) {
            log.debug("{} went away: {}", procs, e.getMessage());
        }
    }

    private static boolean populated(Path folder) {
        try (Stream<Path> tree = Files.walk(folder, 8)) {
            return tree.filter(path -> path.endsWith("cgroup.procs")).anyMatch(Cgroups::lists);
        } catch (IOException | UncheckedIOException e) {
            // The group went away while it was looked at.
            return Files.isDirectory(folder);
        }
    }

    private static boolean lists(Path procs) {
        try {
            return !Files.readString(procs).isBlank();
        } catch (IOException e) {
            return Files.exists(procs);
        }
    }
}
