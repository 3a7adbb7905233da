package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeKey;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves copies of volumes to other agents, each to the one client that it was granted to, over TLS 1.3. Started once by the
 * agent; grants are in memory, so after a restart the controller's orders make them anew, and a transfer that was cut
 * goes on. {@link #grant} and {@link #revoke} may be called by any thread and never wait for a disk.
 */
public final class TransferServer implements AutoCloseable {
    private static final int CALLS_A_CONNECTION = 2;
    private static final int WINDOW_BYTES = 1 << 20;

    private final Grants grants = new Grants();
    private final EventLoopGroup io;
    private final List<ExecutorService> executors;
    private final Server server;

    private TransferServer(TransferIdentity identity, InetSocketAddress address, TransferLimits limits)
            throws IOException {
        ExecutorService rpc = TransferThreads.queued("transfer-rpc", 1);
        ExecutorService calls = TransferThreads.refusing("transfer-send", limits.servedAtOnce());
        ExecutorService workers = TransferThreads.queued("transfer-read", TransferThreads.WORKERS);
        executors = List.of(rpc, calls, workers);
        io = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("transfer-server-io", true), NioIoHandler.newFactory());
        server = NettyServerBuilder.forAddress(address)
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(io)
                .workerEventLoopGroup(io)
                .executor(rpc)
                .sslContext(TransferTls.server(identity))
                .intercept(grants)
                .addService(new TransferService(limits, calls, workers))
                .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
                .maxInboundMessageSize(TransferLimits.LARGEST_REQUEST_BYTES)
                .maxInboundMetadataSize(TransferLimits.LARGEST_METADATA_BYTES)
                .initialFlowControlWindow(WINDOW_BYTES)
                .handshakeTimeout(limits.connect().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .maxConnectionIdle(limits.stall().toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    /**
     * Listens when it returns.
     *
     * @param address port 0: any free one, see {@link #port}
     */
    public static TransferServer start(TransferIdentity identity, InetSocketAddress address, TransferLimits limits)
            throws IOException {
        TransferServer server = new TransferServer(identity, address, limits);
        try {
            server.server.start();
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "volumes cannot be served at " + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage() + "; is the port taken?",
                    e);
        }
        return server;
    }

    public int port() {
        return server.getPort();
    }

    /**
     * Serves this copy to that client, until it is revoked. The file must not be mounted or written meanwhile; a client
     * notices when it is, and starts over. Granting the same again changes nothing; the same ticket for anything else ends
     * what it was for.
     *
     * @param facts read when the copy is described, on a thread of its own
     */
    public void grant(
            Ticket ticket, VolumeKey volume, String clientFingerprint, Path image, Supplier<CopyFacts> facts) {
        Fingerprints.check(clientFingerprint);
        grants.add(ticket, new Grant(ticket, volume, clientFingerprint, image, facts));
    }

    /** Ends what is served under this ticket, soon; from now on it is like any unknown one. */
    public void revoke(Ticket ticket) {
        grants.revoke(ticket);
    }

    /** Ends everything, and waits a moment for the threads that read. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The thread is a daemon; nothing waits for its end.
    public void close() {
        server.shutdownNow();
        grants.revokeAll();
        executors.forEach(ExecutorService::shutdown);
        TransferThreads.await(executors, 5_000);
        io.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
