package dev.berth.agent.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What to run. Empty entrypoint, command and shell command mean the image's own. */
public record ContainerSpec(
        String image,
        List<String> entrypoint,
        List<String> command,
        String shellCommand,
        SortedMap<String, String> env,
        boolean forDevelopment) {
    public ContainerSpec {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }
}
