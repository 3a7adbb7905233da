package dev.berth.controller.benchmark;

import dev.berth.controller.Controller;
import dev.berth.controller.ControllerConfig;
import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.ResourceRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Durable deploys a second over gRPC, beside an empty echo of the same messages and an echo that appends each request
 * to a file and syncs in groups: all in one process over loopback, in turns, so that only ratios count. Each deploy is
 * checked, placed on free units of a fleet and committed to SQLite before it is answered.
 */
public final class DeployBench {
    private static final int ROUNDS = 3;

    private DeployBench() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("berth-bench-deploy");
        int calls = args.length == 0 ? 40_000 : Integer.parseInt(args[0]);
        measureAll(folder.resolve("warm-up"), 256, calls / 2);
        for (int inFlight : List.of(1, 16, 256)) {
            int share = inFlight == 1 ? calls / 10 : inFlight == 16 ? calls / 2 : calls;
            double[] median = measureAll(folder.resolve("in-flight-" + inFlight), inFlight, share);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"deploy\",\"in_flight\":%d,\"calls\":%d,\"deploys_per_second\":%.0f,"
                            + "\"echo_per_second\":%.0f,\"synced_echo_per_second\":%.0f,"
                            + "\"ratio_to_echo\":%.3f,\"ratio_to_synced_echo\":%.3f,\"aim_ratio_to_synced_echo\":0.333}%n",
                    inFlight,
                    share,
                    median[2],
                    median[0],
                    median[1],
                    median[2] / median[0],
                    median[2] / median[1]);
        }
    }

    /** Medians of echo, synced echo and deploys, measured in turns. */
    private static double[] measureAll(Path folder, int inFlight, int calls) throws Exception {
        double[][] figures = new double[3][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Path files = Files.createDirectories(folder.resolve("round-" + round));
            figures[0][round] = echo(null, inFlight, calls);
            try (GroupSync sync = new GroupSync(files.resolve("echo"))) {
                figures[1][round] = echo(sync, inFlight, calls);
            }
            figures[2][round] = deploys(files.resolve("controller"), inFlight, calls);
        }
        return Arrays.stream(figures)
                .mapToDouble(of -> Arrays.stream(of).sorted().toArray()[ROUNDS / 2])
                .toArray();
    }

    private static double echo(@Nullable GroupSync sync, int inFlight, int calls) throws Exception {
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .bossEventLoopGroup(threads)
                .workerEventLoopGroup(threads)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .addService(new EchoPods(sync))
                .build()
                .start();
        try {
            return load(server.getPort(), "", inFlight, calls);
        } finally {
            server.shutdownNow().awaitTermination();
            threads.shutdownGracefully().get();
        }
    }

    private static double deploys(Path data, int inFlight, int calls) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControllerConfig config = new ControllerConfig(data, anyPort, anyPort, null, null, null, 0, 0, 1);
        try (Controller controller = Controller.start(config, fatal -> System.err.println("controller: " + fatal))) {
            BenchFleet.join(controller.loop(), (calls + 7) / 8);
            String token = Files.readString(data.resolve("admin.token")).strip();
            return load(controller.apiPort(), token, inFlight, calls);
        }
    }

    private static double load(int port, String token, int inFlight, int calls) throws Exception {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        // A connection carries at most 100 calls at a time.
        List<ManagedChannel> channels = Stream.generate(() -> NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .directExecutor()
                        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .build())
                .limit(1 + inFlight / 100)
                .toList();
        try {
            List<PodsGrpc.PodsFutureStub> pods =
                    channels.stream().map(PodsGrpc::newFutureStub).toList();
            DeployPodRequest request = request();
            return Load.perSecond(
                    inFlight,
                    calls,
                    number -> pods.get(number % pods.size())
                            .deployPod(request.toBuilder()
                                    .setIdempotencyKey("bench-" + number)
                                    .build()));
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static DeployPodRequest request() {
        return DeployPodRequest.newBuilder()
                .setSpec(PodSpec.newBuilder()
                        .setName("bench")
                        .setImage("berth/debian:bookworm")
                        .addAllCommand(List.of("sleep", "600"))
                        .putEnv("MODE", "bench")
                        .setRequest(ResourceRequest.newBuilder().setGpuCount(1).addGpuModels("RTX 4090")))
                .build();
    }
}
