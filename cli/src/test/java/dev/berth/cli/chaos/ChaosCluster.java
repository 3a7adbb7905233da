package dev.berth.cli.chaos;

import dev.berth.cli.e2e.AgentProcess;
import dev.berth.cli.e2e.Await;
import dev.berth.cli.e2e.Engine;
import dev.berth.cli.e2e.JavaProcess;
import dev.berth.cli.e2e.Mounts;
import dev.berth.proto.v1.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A controller and two agents with eight simulated GPUs each, as processes that can be killed and started again on the
 * same data. Driven by one thread; gone with its containers at close, and when the JVM is told to end.
 */
final class ChaosCluster implements AutoCloseable {
    static final int GPUS = 8;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** A process that may be killed. */
    enum Member {
        CONTROLLER,
        EAST,
        WEST;

        /** Of an agent: the name of its host. */
        String host() {
            return "chaos-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private record Run(JavaProcess process, Instant since) {}

    private final Path data;
    private final Findings findings;
    private final int apiPort = freePort();
    private final int agentPort = freePort();
    private final Map<Member, Run> running = new EnumMap<>(Member.class);
    private final Set<String> hostIds = new TreeSet<>();
    private final Thread atExit = new Thread(this::clean, "chaos-clean");
    private int starts;
    private boolean cleaned;

    private ChaosCluster(Path data, Findings findings) {
        this.data = data;
        this.findings = findings;
    }

    static ChaosCluster start(Findings findings) {
        Engine.require();
        try {
            ChaosCluster cluster = new ChaosCluster(Files.createTempDirectory("berth-chaos"), findings);
            Runtime.getRuntime().addShutdownHook(cluster.atExit);
            cluster.begin(Member.CONTROLLER);
            cluster.runOf(Member.CONTROLLER).process().awaitLine("ready");
            cluster.begin(Member.EAST);
            cluster.begin(Member.WEST);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("no data folder for the cluster", e);
        }
    }

    Api connect() {
        try {
            return new Api(
                    apiPort,
                    Files.readString(data.resolve("controller/admin.token")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("the controller left no token", e);
        }
    }

    /** kill -9; a process that had already ended by itself is a finding. */
    void kill(Member member) {
        JavaProcess process = runOf(member).process();
        if (process.hasEnded()) {
            findings.add(Findings.Kind.BROKEN, member + " ended without being killed; it said:\n" + process.said());
        }
        process.kill();
    }

    synchronized void begin(Member member) {
        if (cleaned) {
            return;
        }
        Path log = data.resolve(member + "-" + ++starts + ".log");
        JavaProcess process = member == Member.CONTROLLER ? controller(log) : agent(member, log);
        running.put(member, new Run(process, Instant.now()));
    }

    /** Returns when the member does its work: the controller answers, the agent has a session. */
    void awaitUp(Member member, Api api) {
        if (member == Member.CONTROLLER) {
            runOf(member).process().awaitLine("ready");
            return;
        }
        Instant since = runOf(member).since();
        Await.equal(
                member + " is connected",
                true,
                START_LIMIT,
                () -> api.hosts().stream()
                        .anyMatch(host -> host.getName().equals(member.host())
                                && sessionSince(host).isAfter(since)));
    }

    void awaitUp(Api api) {
        for (Member member : Member.values()) {
            awaitUp(member, api);
        }
    }

    /** Ids of the hosts; their containers go with the cluster. */
    Set<String> hostIds(Api api) {
        api.hosts().forEach(host -> hostIds.add(host.getId()));
        return Set.copyOf(hostIds);
    }

    /** Mounts and loop devices of either agent. */
    List<String> mounts() {
        List<String> mounts = new ArrayList<>(Mounts.below(data));
        mounts.addAll(Mounts.loopsOver(data));
        return mounts;
    }

    /** What processes said that they should not have to say, each kind once, how often and where first. */
    Map<String, String> oddities() {
        return OddLines.in(data);
    }

    /** Kills all and removes their containers; the data folder is kept where something was found. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        clean();
    }

    private synchronized void clean() {
        cleaned = true;
        running.values().forEach(run -> run.process().kill());
        hostIds.forEach(Engine::removeContainersOfHost);
        Mounts.unmountAllBelow(data);
        if (Boolean.getBoolean("chaos.keep") || !findings.all().isEmpty()) {
            findings.note("journal, saved states and logs are kept in " + data);
            return;
        }
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + data, e);
        }
    }

    private JavaProcess controller(Path log) {
        return JavaProcess.start(
                "controller",
                log,
                List.of("-Xmx256m"),
                List.of(
                        "--data", data.resolve("controller").toString(),
                        "--listen", "127.0.0.1:" + apiPort,
                        "--agent-listen", "127.0.0.1:" + agentPort));
    }

    private JavaProcess agent(Member member, Path log) {
        List<String> arguments = new ArrayList<>(List.of("run", "--simulate-gpus", Integer.toString(GPUS)));
        arguments.addAll(List.of("--controller", "127.0.0.1:" + agentPort));
        arguments.addAll(List.of("--data", data.resolve(member.host()).toString()));
        arguments.addAll(List.of("--minor-registry", data.resolve("minors").toString()));
        arguments.addAll(List.of("--name", member.host()));
        arguments.addAll(AgentProcess.onOneMachine(member == Member.EAST ? 0 : 1));
        return JavaProcess.start("agent", log, List.of("-Xmx64m"), arguments);
    }

    private static Instant sessionSince(Host host) {
        return Instant.ofEpochSecond(
                host.getSessionSince().getSeconds(), host.getSessionSince().getNanos());
    }

    private Run runOf(Member member) {
        return Objects.requireNonNull(running.get(member), () -> member + " was never started");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on loopback", e);
        }
    }
}
