package dev.berth.cli.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files as a process in a pod's running container sees them: written in there, hashed in there. Any thread. */
public record PodFiles(String podId) {
    /** What a command prints in the container; one that fails fails the test. */
    public String run(String... command) {
        return attempt(command).succeeded().out();
    }

    Execution attempt(String... command) {
        List<String> words = new ArrayList<>(List.of("exec", Engine.runningContainerOfPod(podId)));
        words.addAll(List.of(command));
        return Engine.docker(words.toArray(String[]::new));
    }

    /** Writes random bytes to each path, durably, and returns their hashes. */
    public SortedMap<String, String> write(int bytes, List<String> paths) {
        for (String path : paths) {
            run("sh", "-c", "head -c " + bytes + " /dev/urandom > '" + path + "' && sync '" + path + "'");
        }
        return hashes(paths);
    }

    /** SHA-256 of each path that is there. */
    public SortedMap<String, String> hashes(List<String> paths) {
        List<String> command = new ArrayList<>(List.of("sha256sum", "--"));
        command.addAll(paths);
        SortedMap<String, String> hashes = new TreeMap<>();
        attempt(command.toArray(String[]::new)).out().lines().forEach(line -> {
            String[] hashAndPath = line.split("  ", 2);
            hashes.put(hashAndPath[1], hashAndPath[0]);
        });
        return hashes;
    }

    boolean has(String path) {
        return attempt("test", "-e", path).exitCode() == 0;
    }
}
