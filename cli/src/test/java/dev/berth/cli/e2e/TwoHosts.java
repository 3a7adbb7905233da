package dev.berth.cli.e2e;

import dev.berth.proto.v1.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A controller and two agents with eight simulated GPUs each, on one machine and one region, so that volumes have
 * somewhere to go. Started by a test class, driven by its one thread, and gone with its containers and mounts at close.
 */
final class TwoHosts implements AutoCloseable {
    static final String EAST = "e2e-east";
    static final String WEST = "e2e-west";
    /** A share that both hosts have. */
    static final String SHARED = "shared";
    /** A share of the host in the east alone. */
    static final String EASTERN = "eastern";

    private final Path data;
    private final int apiPort = LocalCluster.freePort();
    private final int agentPort = LocalCluster.freePort();
    private final Client client;
    private final TreeMap<String, AgentProcess> agents = new TreeMap<>();
    private final TreeMap<String, String> hostIds = new TreeMap<>();
    private int starts;
    private JavaProcess controller;

    private TwoHosts(Path data) throws IOException {
        this.data = data;
        client = new Client(apiPort, data.resolve("controller/admin.token"));
        controller = startController();
        Files.createDirectory(share(SHARED));
        Files.createDirectory(share(EASTERN));
        List<String> shared = List.of("--share", SHARED + "=" + share(SHARED));
        List<String> both = new ArrayList<>(shared);
        both.addAll(List.of("--share", EASTERN + "=" + share(EASTERN)));
        agents.put(EAST, new AgentProcess(EAST, 0, data, agentPort, both));
        agents.put(WEST, new AgentProcess(WEST, 1, data, agentPort, shared));
    }

    static TwoHosts start() {
        Engine.require();
        try {
            TwoHosts cluster =
                    new TwoHosts(Files.createTempDirectory("berth-e2e").toRealPath());
            try {
                cluster.awaitHosts();
                return cluster;
            } catch (AssertionError e) {
                cluster.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no data folder for the test cluster", e);
        }
    }

    Client client() {
        return client;
    }

    AgentProcess agent(String host) {
        return Objects.requireNonNull(agents.get(host), () -> "no agent is called " + host);
    }

    static String other(String host) {
        return host.equals(EAST) ? WEST : EAST;
    }

    /** Where the hosts that have a share have it. */
    Path share(String name) {
        return data.resolve("share-" + name);
    }

    /** kill -9 of the controller, and a new one on the same data, with these options besides. */
    void killAndRestartController(String... more) {
        controller.kill();
        controller = startController(more);
    }

    /** Returns when both agents have a session that they did not have when this was last called. */
    void awaitHosts() {
        agents.forEach(
                (name, agent) -> hostIds.put(name, agent.awaitSession(client).getId()));
    }

    /** Mounts and loop devices of either agent. */
    List<String> mounts() {
        return Stream.concat(Mounts.below(data).stream(), Mounts.loopsOver(data).stream())
                .toList();
    }

    /** A running pod with a system volume of one GB, as a waiting deploy printed it. */
    Pod deploy(String name, String... words) {
        List<String> command = new ArrayList<>(List.of("pod", "deploy", name, "--image", Engine.IMAGE));
        command.addAll(List.of("--system-volume", "1", "--wait", "-o", "json"));
        command.addAll(List.of(words));
        return Client.printed(client.berth(command.toArray(String[]::new)).succeeded());
    }

    /** Gives every free unit of a host to one pod, which has no volume. */
    void occupy(String host) {
        String gpus = Integer.toString(client.host(host).getFreeUnits());
        List<String> command = new ArrayList<>(List.of("pod", "deploy", "filler", "--gpus", gpus));
        command.addAll(List.of("--avoid-host", other(host), "--image", Engine.IMAGE, "--system-volume", "0"));
        command.addAll(List.of("--wait", "--", "sleep", "600"));
        client.berth(command.toArray(String[]::new)).succeeded();
        Await.equal(
                "free units of " + host,
                0,
                Duration.ofSeconds(30),
                () -> client.host(host).getFreeUnits());
    }

    @Override
    public void close() {
        try {
            agents.values().forEach(AgentProcess::close);
        } finally {
            try {
                controller.close();
            } finally {
                hostIds.values().forEach(Engine::removeContainersOfHost);
                Mounts.unmountAllBelow(data);
                Execution.run(List.of("rm", "-rf", "--one-file-system", data.toString()))
                        .succeeded();
            }
        }
    }

    private JavaProcess startController(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--data", data.resolve("controller").toString(), "--listen", "127.0.0.1:" + apiPort));
        arguments.addAll(List.of("--agent-listen", "127.0.0.1:" + agentPort));
        arguments.addAll(List.of(more));
        JavaProcess started = JavaProcess.start(
                "controller", data.resolve("controller-" + ++starts + ".log"), List.of("-Xmx256m"), arguments);
        try {
            started.awaitLine("ready");
        } catch (AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }
}
