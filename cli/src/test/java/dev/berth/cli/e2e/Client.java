package dev.berth.cli.e2e;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The client of a test cluster: each command a process of its own, its answers read as messages. Any thread. */
record Client(int apiPort, Path tokenFile) {
    /** Runs the client with the administrator's token. */
    Execution berth(String... words) {
        return berth(Path.of("/dev/null"), words);
    }

    /** The same with a file as its input. */
    Execution berth(Path in, String... words) {
        return Execution.run("berth " + String.join(" ", words), environment(), in, commandLine(words));
    }

    List<String> commandLine(String... words) {
        List<String> command = new ArrayList<>(JavaProcess.flags());
        command.addAll(List.of("-cp", Checkout.clientClassPath(), "dev.berth.cli.Main"));
        command.addAll(List.of(words));
        return command;
    }

    /** By which the client finds the cluster and its administrator's token. */
    Map<String, String> environment() {
        return Map.of("BERTH_ENDPOINT", "127.0.0.1:" + apiPort, "BERTH_TOKEN_FILE", tokenFile.toString());
    }

    Pod pod(String name) {
        return parse(json("pod", "get", name), Pod.newBuilder()).build();
    }

    Host host(String name) {
        return parse(json("host", "get", name), Host.newBuilder()).build();
    }

    Volume volume(String id) {
        return parse(json("volume", "get", id), Volume.newBuilder()).build();
    }

    ListVolumesResponse volumes(String... options) {
        List<String> words = new ArrayList<>(List.of("volume", "ls"));
        words.addAll(List.of(options));
        return parse(json(words.toArray(String[]::new)), ListVolumesResponse.newBuilder())
                .build();
    }

    /** Ends every pod that is not final. */
    void terminateAll() {
        List<String> words = new ArrayList<>(List.of("pod", "terminate", "--wait"));
        List<Pod> pods =
                parse(json("pod", "ls"), ListPodsResponse.newBuilder()).build().getPodsList();
        for (Pod pod : pods) {
            if (pod.getLocked()) {
                berth("pod", "unlock", pod.getId()).succeeded();
            }
            words.add(pod.getId());
        }
        if (!pods.isEmpty()) {
            berth(words.toArray(String[]::new)).succeeded();
        }
    }

    /** The pod that a command with {@code -o json} printed. */
    static Pod printed(Execution execution) {
        return parse(execution.out(), Pod.newBuilder()).build();
    }

    static <B extends Message.Builder> B parse(String json, B builder) {
        try {
            JsonFormat.parser().merge(json, builder);
            return builder;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(
                    "the client printed no " + builder.getDescriptorForType().getName() + ": " + json, e);
        }
    }

    private String json(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("-o", "json"));
        return berth(command.toArray(String[]::new)).succeeded().out();
    }
}
