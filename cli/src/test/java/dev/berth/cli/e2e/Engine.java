package dev.berth.cli.e2e;

import java.util.ArrayList;
import java.util.List;

/** The machine's Docker Engine as its own client shows it: the tests look past Berth at what really runs. */
public final class Engine {
    public static final String IMAGE = "berth/debian:bookworm";

    private Engine() {}

    /** Fails with what is missing and what to do about it. */
    public static void require() {
        Execution version = docker("version", "--format", "{{.Server.Version}}");
        if (version.exitCode() != 0) {
            throw new AssertionError(
                    "end-to-end tests need a Docker Engine; './berth test' starts one. docker says: " + version.err());
        }
        if (docker("image", "inspect", "--format", "{{.Id}}", IMAGE).exitCode() != 0) {
            throw new AssertionError("end-to-end tests need the image " + IMAGE + "; './berth image' makes it.");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new AssertionError("end-to-end tests make device nodes and read cgroups: run them as root.");
        }
    }

    /** Ids of the pod's containers, running or not. */
    static List<String> containersOfPod(String podId) {
        return docker("ps", "-aq", "--no-trunc", "--filter", "label=dev.berth.pod=" + podId)
                .succeeded()
                .out()
                .lines()
                .toList();
    }

    /** Id of the one container of the pod that runs. */
    public static String runningContainerOfPod(String podId) {
        List<String> running = docker("ps", "-q", "--no-trunc", "--filter", "label=dev.berth.pod=" + podId)
                .succeeded()
                .out()
                .lines()
                .toList();
        if (running.size() != 1) {
            throw new AssertionError("pod " + podId + " has " + running.size() + " running containers");
        }
        return running.getFirst();
    }

    /** Container id, process id and start time: the same three say that nobody has touched it. */
    public static String identity(String container) {
        return docker("inspect", "--format", "{{.Id}} {{.State.Pid}} {{.State.StartedAt}}", container)
                .succeeded()
                .out()
                .strip();
    }

    static long pidOf(String container) {
        return Long.parseLong(docker("inspect", "--format", "{{.State.Pid}}", container)
                .succeeded()
                .out()
                .strip());
    }

    static String labelOf(String container, String label) {
        return docker("inspect", "--format", "{{index .Config.Labels \"" + label + "\"}}", container)
                .succeeded()
                .out()
                .strip();
    }

    /** What a command prints in the container. */
    static String exec(String container, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", container));
        words.addAll(List.of(command));
        return docker(words.toArray(String[]::new)).succeeded().out();
    }

    /** Whatever of the given host is left. */
    public static void removeContainersOfHost(String hostId) {
        for (String id : docker("ps", "-aq", "--filter", "label=dev.berth.host=" + hostId)
                .succeeded()
                .out()
                .lines()
                .toList()) {
            docker("rm", "-f", id);
        }
    }

    public static Execution docker(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        return Execution.run(command);
    }
}
