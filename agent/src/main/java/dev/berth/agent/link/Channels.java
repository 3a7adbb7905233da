package dev.berth.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Makes connections to the controller. Every dial gets a fresh one: a channel that failed waits by rules of its own, and
 * one that is wedged cannot be told from one that is slow. One I/O thread for all connections of one instance.
 */
public final class Channels implements AutoCloseable {
    private static final int CONNECT_MILLIS = 4_000;
    private static final int LARGEST_MESSAGE_BYTES = 64 << 20;

    private final ControllerAddress address;
    private final EventLoopGroup io;

    public Channels(ControllerAddress address, String threadName) throws IOException {
        this.address = address;
        if (address.tls().isPresent()) {
            ControllerAddress.Tls tls = address.tls().get();
            requireReadable("--tls-ca", Optional.of(tls.ca()));
            requireReadable("--tls-cert", tls.certificate());
            requireReadable("--tls-key", tls.key());
        }
        io = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(threadName, true), NioIoHandler.newFactory());
    }

    public ControllerAddress address() {
        return address;
    }

    /** Calls back on the executor; the channel is the caller's to shut down. */
    public ManagedChannel open(Executor executor) throws SSLException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port())
                .eventLoopGroup(io)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .executor(executor)
                .offloadExecutor(executor)
                .disableRetry()
                .idleTimeout(365, TimeUnit.DAYS)
                .maxInboundMessageSize(LARGEST_MESSAGE_BYTES);
        if (address.tls().isPresent()) {
            builder.sslContext(context(address.tls().get()));
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    private static SslContext context(ControllerAddress.Tls tls) throws SSLException {
        SslContextBuilder builder =
                GrpcSslContexts.forClient().trustManager(tls.ca().toFile());
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            builder.keyManager(tls.certificate().get().toFile(), tls.key().get().toFile());
        }
        return builder.build();
    }

    private static void requireReadable(String flag, Optional<Path> file) throws IOException {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IOException(flag + ": " + file.get() + " cannot be read");
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The thread is a daemon; nothing waits for its end.
    public void close() {
        io.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
