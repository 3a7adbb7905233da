package dev.berth.controller.benchmark.fleet;

import dev.berth.controller.Controller;
import dev.berth.controller.ControllerConfig;
import dev.berth.controller.model.Timings;
import dev.berth.proto.v1.CreateDeploymentRequest;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.ScaleDeploymentRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A thousand agents over real connections, eight thousand pods of ReplicaSets: made, scaled down and up, a quarter of
 * them ended by themselves, a tenth of the agents lost. How long each takes until the agents together run what is
 * wished, and what a heartbeat takes meanwhile. One process holds all of it, so the figures are of controller and
 * agents together. Timings are scaled, and the loss is found by leases: its part of the time is printed beside.
 */
public final class FleetBench {
    private static final int AGENTS = 1_000;
    private static final int GPUS = 10;
    private static final int DEPLOYMENTS = 80;
    private static final int REPLICAS = 100;
    private static final double TIME_SCALE = 0.2;
    private static final long LIMIT_SECONDS = 120;

    private final List<FleetAgent> agents = new ArrayList<>();
    private final Latencies heartbeats = new Latencies();
    private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
    private final Random chance = new Random(1);
    private final DeploymentsGrpc.DeploymentsBlockingStub deployments;
    private int keys;

    private FleetBench(DeploymentsGrpc.DeploymentsBlockingStub deployments) {
        this.deployments = deployments;
    }

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory("berth-bench-fleet");
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControllerConfig config = new ControllerConfig(data, anyPort, anyPort, null, null, null, 0, 0, TIME_SCALE);
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Controller controller = Controller.start(config, fatal -> System.err.println("controller: " + fatal))) {
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + Files.readString(data.resolve("admin.token")).strip());
            ManagedChannel api = NettyChannelBuilder.forAddress("127.0.0.1", controller.apiPort())
                    .usePlaintext()
                    .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .build();
            FleetBench bench = new FleetBench(DeploymentsGrpc.newBlockingStub(api));
            bench.run(
                    number -> NettyChannelBuilder.forAddress("127.0.0.1", controller.agentPort())
                            .usePlaintext()
                            .eventLoopGroup(threads)
                            .channelType(NioSocketChannel.class)
                            .directExecutor()
                            .build(),
                    timer);
            api.shutdownNow();
        } finally {
            timer.shutdownNow();
            threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();
        }
    }

    private interface Dial {
        ManagedChannel open(int number);
    }

    private void run(Dial dial, ScheduledExecutorService timer) throws Exception {
        for (int i = 0; i < AGENTS; i++) {
            agents.add(new FleetAgent(i, GPUS, dial.open(i), timer, heartbeats, troubles::add));
        }
        int wished = DEPLOYMENTS * REPLICAS;
        long began = System.nanoTime();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            create("set-" + i);
        }
        converged("create", began, wished, 0);
        began = System.nanoTime();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            scale("set-" + i, REPLICAS * 3 / 4);
        }
        converged("scale-down", began, wished * 3 / 4, 0);
        began = System.nanoTime();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            scale("set-" + i, REPLICAS);
        }
        converged("scale-up", began, wished, 0);
        began = System.nanoTime();
        int ended = 0;
        for (FleetAgent agent : agents) {
            ended += agent.endSome(2, chance);
        }
        System.err.println(ended + " pods ended by themselves");
        converged("churn", began, wished, Timings.DEFAULT.scaled(TIME_SCALE).backoffFirstMillis());
        began = System.nanoTime();
        for (int i = 0; i < AGENTS / 10; i++) {
            agents.remove(chance.nextInt(agents.size())).die();
        }
        converged(
                "lose-a-tenth",
                began,
                wished,
                Timings.DEFAULT.scaled(TIME_SCALE).lostMillis());
    }

    /** Waits until the agents run as many pods as are wished, and prints how long it took. */
    private void converged(String phase, long beganNanos, int wished, long waitedByRuleMillis) throws Exception {
        int running = running();
        while (running != wished) {
            if (System.nanoTime() - beganNanos > LIMIT_SECONDS * 1_000_000_000L) {
                throw new IllegalStateException(
                        phase + ": " + running + " of " + wished + " pods run after " + LIMIT_SECONDS + " s; troubles: "
                                + troubles.stream().limit(3).toList());
            }
            TimeUnit.MILLISECONDS.sleep(10);
            running = running();
        }
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        Latencies.Summary beats = heartbeats.drain();
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"fleet\",\"phase\":\"%s\",\"agents\":%d,\"pods\":%d,\"seconds\":%.2f,"
                        + "\"of_it_by_rule_seconds\":%.1f,\"time_scale\":%.2f,\"heartbeats\":%d,"
                        + "\"heartbeat_p50_ms\":%.1f,\"heartbeat_p99_ms\":%.1f,\"heartbeat_most_ms\":%.1f,"
                        + "\"troubles\":%d}%n",
                phase,
                agents.size(),
                wished,
                seconds,
                waitedByRuleMillis / 1e3,
                TIME_SCALE,
                beats.count(),
                beats.p50Millis(),
                beats.p99Millis(),
                beats.mostMillis(),
                troubles.size());
    }

    private int running() {
        return agents.stream().mapToInt(FleetAgent::running).sum();
    }

    private void create(String name) {
        deployments.createDeployment(CreateDeploymentRequest.newBuilder()
                .setIdempotencyKey("bench-" + keys++)
                .setSpec(DeploymentSpec.newBuilder()
                        .setName(name)
                        .setMode(DeploymentMode.REPLICA_SET)
                        .setReplicas(REPLICAS)
                        .setTemplate(PodSpec.newBuilder()
                                .setImage("berth/debian:bookworm")
                                .setRequest(ResourceRequest.newBuilder().setGpuCount(1))))
                .build());
    }

    private void scale(String name, int replicas) {
        deployments.scaleDeployment(ScaleDeploymentRequest.newBuilder()
                .setDeployment(name)
                .setReplicas(replicas)
                .setIdempotencyKey("bench-" + keys++)
                .build());
    }
}
