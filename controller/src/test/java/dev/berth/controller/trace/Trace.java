package dev.berth.controller.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The trace as it lies in the resources: hosts in their order, tasks by arrival. */
record Trace(List<TracedHost> hosts, List<Task> tasks) {
    record TracedHost(String model, int gpus, int cpus, long memoryMib) {}

    /** Times in seconds since the trace began. */
    record Task(int gpus, long createdSeconds, long deletedSeconds) {}

    static Trace read() {
        return new Trace(
                lines(
                        "hosts.csv",
                        words -> new TracedHost(
                                words[0],
                                Integer.parseInt(words[1]),
                                Integer.parseInt(words[2]),
                                Long.parseLong(words[3]))),
                lines(
                        "tasks.csv",
                        words -> new Task(
                                Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]))));
    }

    int gpus() {
        return hosts.stream().mapToInt(TracedHost::gpus).sum();
    }

    /** Every n-th host, for a fleet that is too small for its tasks. */
    Trace withEveryHost(int nth) {
        List<TracedHost> fewer = java.util.stream.IntStream.range(0, hosts.size())
                .filter(i -> i % nth == 0)
                .mapToObj(hosts::get)
                .toList();
        return new Trace(fewer, tasks);
    }

    private static <T> List<T> lines(String resource, Function<String[], T> parse) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Trace.class.getResourceAsStream(resource), resource), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .skip(1)
                    .map(line -> parse.apply(line.split(",", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
