package dev.berth.agent.transfer;

import com.google.protobuf.ByteString;
import dev.berth.proto.agent.v1.DescribeRequest;
import dev.berth.proto.agent.v1.ReadRequest;
import dev.berth.proto.agent.v1.VolumeImage;
import dev.berth.proto.agent.v1.VolumeTransferGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One connection to a source, with threads of its own that end with it. Used by the thread of one fetch. */
final class SourceConnection implements AutoCloseable {
    private static final int WINDOW_BYTES = 4 << 20;
    private static final int DESCRIPTIONS_AHEAD = 2;

    private final TransferSource source;
    private final TransferLimits limits;
    private final PeerTrust trust;
    private final EventLoopGroup io;
    private final ExecutorService executor;
    private final ManagedChannel channel;
    private final Channel ticketed;

    /** Dials with the first call. */
    SourceConnection(TransferIdentity identity, TransferSource source, TransferLimits limits) throws IOException {
        this.source = source;
        this.limits = limits;
        trust = PeerTrust.only(source.serverFingerprint());
        executor = TransferThreads.queued("transfer-rpc", 1);
        io = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("transfer-client-io", true), NioIoHandler.newFactory());
        channel = NettyChannelBuilder.forAddress(source.host(), source.port())
                .channelType(NioSocketChannel.class)
                .eventLoopGroup(io)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        limits.connect().toMillis())
                .executor(executor)
                .offloadExecutor(executor)
                .sslContext(TransferTls.client(identity, trust))
                .disableRetry()
                .idleTimeout(365, TimeUnit.DAYS)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .initialFlowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(TransferLimits.LARGEST_REPLY_BYTES)
                .build();
        Metadata headers = new Metadata();
        headers.put(Grants.TICKET, source.ticket().hex());
        ticketed = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** @throws IllegalArgumentException when what it says cannot be */
    RemoteImage describe(BooleanSupplier stopped) throws InterruptedException {
        PieceStream<DescribeRequest, VolumeImage> parts = new PieceStream<>(DESCRIPTIONS_AHEAD, part -> {});
        VolumeTransferGrpc.newStub(ticketed)
                .describe(
                        DescribeRequest.newBuilder()
                                .setVolumeId(source.volume().volumeId())
                                .setGeneration(source.volume().generation())
                                .build(),
                        parts);
        try {
            ImageMessages.Reader reader = new ImageMessages.Reader();
            Optional<VolumeImage> part = parts.next(limits.describe(), stopped);
            while (part.isPresent()) {
                reader.add(part.get());
                part = parts.next(limits.stall(), stopped);
            }
            return reader.finish();
        } finally {
            parts.cancel();
        }
    }

    /** @param payloads for what arrives: enough for all that is on its way, waits and is worked on */
    PieceStream<ReadRequest, ArrivedPiece> read(RemoteImage image, BitSet held, BufferPool payloads) {
        PieceStream<ReadRequest, ArrivedPiece> pieces = new PieceStream<>(limits.cellsAtOnce(), ArrivedPiece::release);
        var method = VolumeTransferGrpc.getReadMethod();
        ClientCalls.asyncServerStreamingCall(
                ticketed.newCall(
                        method.toBuilder(method.getRequestMarshaller(), ArrivedPiece.reader(payloads))
                                .build(),
                        CallOptions.DEFAULT),
                ReadRequest.newBuilder()
                        .setVersion(image.version())
                        .setHeldCells(ByteString.copyFrom(held.toByteArray()))
                        .build(),
                pieces);
        return pieces;
    }

    /** Fingerprint of who answered instead of the source. */
    Optional<String> stranger() {
        return trust.stranger();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The thread is a daemon; nothing waits for its end.
    public void close() {
        channel.shutdownNow();
        TransferThreads.awaitQuietly(channel);
        executor.shutdown();
        TransferThreads.await(List.of(executor), 1_000);
        io.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
