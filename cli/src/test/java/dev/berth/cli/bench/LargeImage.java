package dev.berth.cli.bench;

import java.util.List;
import java.util.Locale;

/** The base image with as many bytes more below /usr, which nothing can compress. Removed at close. */
final class LargeImage implements AutoCloseable {
    final String name;

    /** {@code id} becomes part of the name and the label by which the script removes what is left. */
    LargeImage(String id, int megabytes) {
        name = "berth-bench/large:" + id.replaceAll("[^A-Za-z0-9_]", "-").toLowerCase(Locale.ROOT);
        String files = "for i in $(seq " + megabytes / 10 + "); do head -c 10485760 /dev/urandom > /usr/share/large-$i;"
                + " done";
        String container = Command.run(List.of(
                        "docker",
                        "create",
                        "--label",
                        PlainEngine.LABEL + "=" + id,
                        BenchPods.IMAGE,
                        "sh",
                        "-c",
                        files))
                .strip();
        try {
            Command.run(List.of("docker", "start", "-a", container));
            Command.run(List.of("docker", "commit", container, name));
        } finally {
            Command.run(List.of("docker", "rm", "-f", container));
        }
    }

    @Override
    public void close() {
        Command.run(List.of("docker", "rmi", name));
    }
}
