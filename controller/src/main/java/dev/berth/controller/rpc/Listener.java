package dev.berth.controller.rpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Settings of a listening port (reliability.md e.3). Handlers run on the port's few network threads and never block, so
 * no pool stands between them; what waits is bounded by the loop's inbox.
 */
final class Listener {
    /** An old connection takes no new calls; what is open on it may last as long as the longest command in a pod. */
    private static final long GRACE_MINUTES = 12 * 60 + 30;

    /**
     * What a stream that is not read may hold here. Fixed, for the window that grows by itself would hold eight times as
     * much of each; a connection's own is refilled whoever reads, so no stream holds back another.
     */
    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    private Listener() {}

    static NettyServerBuilder api(ServersConfig.Port port, EventLoopGroup threads) throws IOException {
        return base(port, threads)
                .maxInboundMessageSize(1 << 20)
                .maxConcurrentCallsPerConnection(100)
                .permitKeepAliveTime(60, TimeUnit.SECONDS)
                .keepAliveTime(60, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS);
    }

    static NettyServerBuilder agents(ServersConfig.Port port, EventLoopGroup threads) throws IOException {
        return base(port, threads)
                .maxInboundMessageSize(4 << 20)
                .maxConcurrentCallsPerConnection(1_000)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS);
    }

    private static NettyServerBuilder base(ServersConfig.Port port, EventLoopGroup threads) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(port.address())
                .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .bossEventLoopGroup(threads)
                .workerEventLoopGroup(threads)
                .directExecutor()
                .flowControlWindow(STREAM_WINDOW_BYTES)
                .maxInboundMetadataSize(8 << 10)
                .maxConnectionAge(30, TimeUnit.MINUTES)
                .maxConnectionAgeGrace(GRACE_MINUTES, TimeUnit.MINUTES)
                .maxConnectionIdle(15, TimeUnit.MINUTES)
                .maxRstFramesPerWindow(200, 30)
                .handshakeTimeout(10, TimeUnit.SECONDS);
        ServersConfig.Tls tls = port.tls();
        return tls == null ? builder : builder.sslContext(tls(tls));
    }

    static EventLoopGroup threads(int count, String name) {
        // Netty's own kind of thread: its thread-locals and buffer caches are slow on any other.
        return new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory(name, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    private static SslContext tls(ServersConfig.Tls tls) throws IOException {
        SslContextBuilder context =
                GrpcSslContexts.forServer(tls.certificate().toFile(), tls.key().toFile());
        Path authority = tls.clientAuthority();
        if (authority != null) {
            context.trustManager(authority.toFile())
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3");
        } else {
            context.protocols("TLSv1.3", "TLSv1.2");
        }
        return context.build();
    }
}
