package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.telemetry.Attendances;
import dev.berth.controller.telemetry.ExecLimits;
import dev.berth.controller.telemetry.ExecRelay;
import dev.berth.controller.telemetry.LogRelay;
import dev.berth.controller.telemetry.TelemetryEndpoint;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;

/**
 * The controller's two ports, built and started here: the API for callers with a token, and the link for agents. The
 * one place of this package that makes threads; the controller makes one of these.
 */
public final class Servers implements AutoCloseable {
    private static final long LOG_OPEN_MILLIS = 10_000;
    private static final int WAITING_SEARCHES = 1_000;

    /** A client that leaves in the middle of a stream is no event: netty would log each with a stack trace. */
    private static final Logger TRANSPORT_LOG =
            Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    private final HealthStatusManager health = new HealthStatusManager();
    private final OpenCalls openCalls = new OpenCalls();
    private final HardenedService hardened = new HardenedService(openCalls);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("rpc-timer").daemon().factory());
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_SEARCHES),
            Thread.ofPlatform().name("rpc-worker").daemon().factory());
    private final EventLoopGroup apiThreads = Listener.threads(1, "api");
    private final EventLoopGroup agentThreads = Listener.threads(2, "agents");
    private final FeedHub hub;
    private final Server api;
    private final Server agents;

    private Servers(
            ServersConfig config, ControllerLoop loop, InstantSource clock, RandomGenerator random, String adminToken)
            throws IOException {
        Ids ids = new Ids(random);
        this.hub = new FeedHub(loop.feed());
        Attendances attendances = new Attendances();
        LogRelay relay = new LogRelay(attendances, ids::next, timer, LOG_OPEN_MILLIS);
        ExecRelay execs = new ExecRelay(attendances, ids::next, timer, ExecLimits.DEFAULT);
        Authentication authentication = new Authentication(adminToken);
        List<BindableService> open = List.of(
                new PodEndpoint(
                        loop,
                        clock,
                        ids,
                        workers,
                        new WatchEndpoint(loop, hub),
                        new LogEndpoint(loop, hub, relay),
                        new ExecEndpoint(loop, execs)),
                new DeploymentEndpoint(loop, clock, ids, hub),
                new HostEndpoint(loop, clock),
                new VolumeEndpoint(loop, clock, ids),
                new PlacementEndpoint(loop, workers),
                new CatalogueEndpoint(loop));
        NettyServerBuilder apiBuilder = Listener.api(config.api(), apiThreads).addService(hardened(health));
        open.forEach(service -> apiBuilder.addService(hardened(service, authentication)));
        if (config.api().isLoopback()) {
            apiBuilder.addService(hardened(ProtoReflectionServiceV1.newInstance(), authentication));
        }
        this.api = apiBuilder.build();
        this.agents = Listener.agents(config.agents(), agentThreads)
                .addService(hardened(health))
                .addService(hardened.wrap(new LinkEndpoint(loop, clock, new Tickets(random)).bindService()))
                .addService(hardened.wrap(new TelemetryEndpoint(loop, attendances, relay, execs).bindService()))
                .build();
    }

    /**
     * Starts to listen.
     *
     * @param random makes ids: a SecureRandom outside simulations
     * @param adminToken see {@link AdminToken}
     * @throws IllegalArgumentException the addresses would be open to the network without TLS
     */
    public static Servers start(
            ServersConfig config, ControllerLoop loop, InstantSource clock, RandomGenerator random, String adminToken)
            throws IOException {
        config.check();
        TRANSPORT_LOG.setLevel(Level.SEVERE);
        Servers servers = new Servers(config, loop, clock, random, adminToken);
        try {
            servers.agents.start();
            servers.api.start();
        } catch (IOException | RuntimeException e) {
            servers.close();
            throw e;
        }
        var _ = servers.timer.scheduleAtFixedRate(servers::tick, 1, 1, TimeUnit.SECONDS);
        servers.health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        return servers;
    }

    private void tick() {
        openCalls.tick();
        hub.tick();
    }

    private ServerServiceDefinition hardened(HealthStatusManager open) {
        return hardened.wrap(open.getHealthService().bindService());
    }

    private ServerServiceDefinition hardened(BindableService service, Authentication authentication) {
        return hardened.wrap(ServerInterceptors.intercept(service, authentication));
    }

    /** The port that the API listens on; of use where the configured one is 0. */
    public int apiPort() {
        return api.getPort();
    }

    public int agentPort() {
        return agents.getPort();
    }

    /** Streams that follow the pods at the moment. */
    int followers() {
        return hub.followers();
    }

    /** Lets calls in hand end for a moment, then ends the rest. Before the loop is closed. */
    @Override
    public void close() {
        health.enterTerminalState();
        api.shutdown();
        agents.shutdown();
        try {
            api.awaitTermination(1, TimeUnit.SECONDS);
            api.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
            agents.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            api.shutdownNow();
            agents.shutdownNow();
        }
        hub.close();
        workers.shutdownNow();
        timer.shutdownNow();
        var _ = apiThreads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = agentThreads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
