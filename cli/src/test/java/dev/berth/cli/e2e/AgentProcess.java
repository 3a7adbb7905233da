package dev.berth.cli.e2e;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One of several agents on this machine, with a data folder, a slice of ports and minors of its own, that can be killed
 * and started again. Driven by one test thread.
 */
public final class AgentProcess implements AutoCloseable {
    static final int GPUS = 8;
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);
    private static final int PORTS = 50;
    /** Whatever the machine has: what tests end lies in the trash until they are over, at its full size. */
    private static final String DISK_GB = "1000";

    private final String name;
    private final Path data;
    private final List<String> arguments;
    private JavaProcess process;
    private Timestamp sessionSince = Timestamp.getDefaultInstance();
    private int starts;

    /** Starts it; {@code number} tells the agents of this machine apart. */
    AgentProcess(String name, int number, Path folder, int agentPort, List<String> more) {
        this.name = name;
        this.data = folder.resolve(name);
        arguments = new ArrayList<>(List.of("run", "--simulate-gpus", Integer.toString(GPUS), "--name", name));
        arguments.addAll(List.of("--controller", "127.0.0.1:" + agentPort, "--data", data.toString()));
        arguments.addAll(List.of("--simulate-model", "RTX 4090", "--region", "us-east"));
        arguments.addAll(List.of("--minor-registry", folder.resolve("minors").toString()));
        arguments.addAll(onOneMachine(number));
        arguments.addAll(more);
        process = begin();
    }

    /** What agents of one machine are told so that they do not meet; other test runs publish other ports. */
    public static List<String> onOneMachine(int number) {
        int firstPort = 20_000 + (int) (ProcessHandle.current().pid() % 90) * 2 * PORTS + number * PORTS;
        return List.of(
                "--advertise-address",
                "127.0.0.1",
                "--transfer-listen",
                "127.0.0.1:0",
                "--port-range",
                firstPort + "-" + (firstPort + PORTS - 1),
                "--disk-gb",
                DISK_GB);
    }

    /** The folder that holds all it writes. */
    Path data() {
        return data;
    }

    /** kill -9, and a new one on the same data. */
    void killAndRestart() {
        kill();
        start();
    }

    /** kill -9; what it was doing is as it is. */
    void kill() {
        process.kill();
    }

    /** A new one on the data of one that was killed. */
    void start() {
        process = begin();
    }

    /** Returns when it has a session with the controller that it did not have when this was last called. */
    Host awaitSession(Client client) {
        Timestamp before = sessionSince;
        Await.equal(name + " has a new session", true, JOIN_LIMIT, () -> {
            process.requireAlive();
            Execution get = client.berth("host", "get", name, "-o", "json");
            if (get.exitCode() != 0) {
                return false;
            }
            Host host = Client.parse(get.out(), Host.newBuilder()).build();
            sessionSince = host.getSessionSince();
            return host.hasSessionSince() && !sessionSince.equals(before);
        });
        return client.host(name);
    }

    @Override
    public void close() {
        process.close();
    }

    private JavaProcess begin() {
        return JavaProcess.start(
                "agent", data.resolveSibling(name + "-" + ++starts + ".log"), List.of("-Xmx64m"), arguments);
    }
}
