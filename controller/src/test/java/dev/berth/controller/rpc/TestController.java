package dev.berth.controller.rpc;

import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.LoopConfig;
import dev.berth.controller.loop.SteadyClock;
import dev.berth.controller.store.InMemoryStore;
import dev.berth.controller.store.StoreFullException;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.TelemetryGrpc;
import dev.berth.proto.v1.CatalogueGrpc;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.Unplaced;
import dev.berth.proto.v1.VolumesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The real servers before a real loop over a store in memory, and channels to them over loopback. */
public final class TestController implements AutoCloseable {
    static final String TOKEN = "berth_" + "t".repeat(43);

    final InMemoryStore store = new InMemoryStore();
    final ControllerLoop loop;
    final Servers servers;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicInteger keys = new AtomicInteger();

    public TestController() {
        this(LoopConfig.DEFAULT);
    }

    TestController(LoopConfig config) {
        try {
            loop = new ControllerLoop(store, SteadyClock.system(), config, "clusterclusterid", failure -> {
                throw new AssertionError("the loop failed", failure);
            });
            ServersConfig.Port loopback =
                    new ServersConfig.Port(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
            servers = Servers.start(
                    new ServersConfig(loopback, loopback),
                    loop,
                    InstantSource.system(),
                    new SplittableRandom(7),
                    TOKEN);
        } catch (StoreFullException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    ManagedChannel channel(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .flowControlWindow(64 << 10)
                .directExecutor()
                .build();
        channels.add(channel);
        return channel;
    }

    ManagedChannel api() {
        return channel(servers.apiPort());
    }

    ManagedChannel agents() {
        return channel(servers.agentPort());
    }

    static Metadata bearer(String token) {
        Metadata headers = new Metadata();
        headers.put(Authentication.AUTHORIZATION, "Bearer " + token);
        return headers;
    }

    PodsGrpc.PodsBlockingStub pods() {
        return PodsGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    PodsGrpc.PodsStub podsAsync() {
        return PodsGrpc.newStub(api()).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    DeploymentsGrpc.DeploymentsBlockingStub deployments() {
        return DeploymentsGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    DeploymentsGrpc.DeploymentsStub deploymentsAsync() {
        return DeploymentsGrpc.newStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    HostsGrpc.HostsBlockingStub hosts() {
        return HostsGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    CatalogueGrpc.CatalogueBlockingStub catalogue() {
        return CatalogueGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    PlacementGrpc.PlacementBlockingStub placement() {
        return PlacementGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    VolumesGrpc.VolumesBlockingStub volumes() {
        return VolumesGrpc.newBlockingStub(api())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    LinkGrpc.LinkStub link() {
        return LinkGrpc.newStub(agents());
    }

    TelemetryGrpc.TelemetryStub telemetry() {
        return TelemetryGrpc.newStub(agents());
    }

    String key() {
        return "key-" + keys.incrementAndGet();
    }

    static PodSpec.Builder spec(String name) {
        PodSpec.Builder spec = PodSpec.newBuilder()
                .setName(name)
                .setImage("debian:bookworm-slim")
                .setUnplaced(Unplaced.QUEUE);
        spec.getRequestBuilder().setGpuCount(1);
        return spec;
    }

    DeployPodRequest request(String name) {
        return DeployPodRequest.newBuilder()
                .setSpec(spec(name))
                .setIdempotencyKey(key())
                .build();
    }

    /** Deploys a pod that waits in the queue while no host has joined. */
    Pod deploy(PodsGrpc.PodsBlockingStub pods, String name) {
        return pods.deployPod(request(name)).getPod();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            try {
                channel.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        servers.close();
        loop.close();
    }
}
