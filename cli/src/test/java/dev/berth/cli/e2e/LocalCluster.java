package dev.berth.cli.e2e;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A controller and one agent with eight simulated GPUs, as processes with a data folder of their own, and the client
 * that talks to them. Started by a test class, driven by its one thread, and gone with its containers at close.
 */
final class LocalCluster implements AutoCloseable {
    static final String HOST = "e2e";
    static final int GPUS = 8;
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

    private final Path data;
    private final int apiPort = freePort();
    private final int agentPort = freePort();
    private final Client client;
    private String hostId = "";
    private Timestamp sessionSince = Timestamp.getDefaultInstance();
    private int starts;
    private JavaProcess controller;
    private JavaProcess agent;

    private LocalCluster(Path data) {
        this.data = data;
        client = new Client(apiPort, data.resolve("controller/admin.token"));
        controller = startController();
        agent = startAgent();
    }

    String hostId() {
        return hostId;
    }

    static LocalCluster start() {
        Engine.require();
        try {
            LocalCluster cluster = new LocalCluster(Files.createTempDirectory("berth-e2e"));
            try {
                cluster.awaitHost();
                return cluster;
            } catch (AssertionError e) {
                cluster.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no data folder for the test cluster", e);
        }
    }

    /** kill -9 of the controller, and a new one on the same data. */
    void killAndRestartController() {
        controller.kill();
        controller = startController();
    }

    /** kill -9 of the agent, and a new one on the same data. */
    void killAndRestartAgent() {
        agent.kill();
        agent = startAgent();
    }

    /** Runs the client with the administrator's token. */
    Execution berth(String... words) {
        return client.berth(words);
    }

    /** The same with a file as its input. */
    Execution berth(Path in, String... words) {
        return client.berth(in, words);
    }

    /** Starts the client and does not wait for it; what it says is lost. */
    Process start(String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(client(words))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment());
        return builder.start();
    }

    /** The client's command line. */
    List<String> client(String... words) {
        return client.commandLine(words);
    }

    /** By which the client finds this cluster and its administrator's token. */
    Map<String, String> environment() {
        return client.environment();
    }

    /** Ends every pod that a test left, so that the next one finds all units free. */
    void clear() {
        client.terminateAll();
    }

    Pod pod(String name) {
        return client.pod(name);
    }

    /** The pod that a command with {@code -o json} printed. */
    static Pod printed(Execution execution) {
        return Client.printed(execution);
    }

    Host host() {
        return client.host(HOST);
    }

    /** Returns when the host is connected and has this many free units. */
    void awaitFreeUnits(int units) {
        Await.equal("free units of the host", units, Duration.ofSeconds(30), () -> host().getFreeUnits());
    }

    /** Returns when the agent has a session with the controller that it did not have when this was last called. */
    void awaitHost() {
        Timestamp before = sessionSince;
        Await.equal("the host has a new session", true, JOIN_LIMIT, () -> {
            agent.requireAlive();
            Execution get = berth("host", "get", HOST, "-o", "json");
            if (get.exitCode() != 0) {
                return false;
            }
            Host host = parse(get.out(), Host.newBuilder()).build();
            hostId = host.getId();
            sessionSince = host.getSessionSince();
            return host.hasSessionSince() && !sessionSince.equals(before);
        });
    }

    /** Ends both processes and whatever they left running. */
    @Override
    public void close() {
        try {
            agent.close();
        } finally {
            try {
                controller.close();
            } finally {
                Engine.removeContainersOfHost(hostId);
                Mounts.unmountAllBelow(data);
                Execution.run(List.of("rm", "-rf", "--one-file-system", data.toString()))
                        .succeeded();
            }
        }
    }

    private JavaProcess startController() {
        JavaProcess started = JavaProcess.start(
                "controller",
                data.resolve("controller-" + ++starts + ".log"),
                List.of("-Xmx256m"),
                List.of(
                        "--data", data.resolve("controller").toString(),
                        "--listen", "127.0.0.1:" + apiPort,
                        "--agent-listen", "127.0.0.1:" + agentPort));
        try {
            started.awaitLine("ready");
        } catch (AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }

    private JavaProcess startAgent() {
        List<String> arguments = new ArrayList<>(List.of("run", "--controller", "127.0.0.1:" + agentPort));
        arguments.addAll(List.of("--data", data.resolve("agent").toString(), "--name", HOST, "--region", "us-east"));
        arguments.addAll(List.of("--simulate-gpus", Integer.toString(GPUS), "--simulate-model", "RTX 4090"));
        arguments.addAll(AgentProcess.onOneMachine(0));
        return JavaProcess.start("agent", data.resolve("agent-" + ++starts + ".log"), List.of("-Xmx64m"), arguments);
    }

    static <B extends Message.Builder> B parse(String json, B builder) {
        return Client.parse(json, builder);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on loopback", e);
        }
    }
}
