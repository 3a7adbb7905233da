package dev.berth.agent.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container's control groups on this host, in both versions and under both of the engine's drivers. Reads only.
 */
final class Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** On version 1 each process is in every hierarchy; these are mounted wherever Docker runs. */
    private static final List<String> HIERARCHIES = List.of("memory", "devices", "freezer", "pids");

    private Cgroups() {}

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
