package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.proto.v1.DeployPodRequest;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.GetPodResponse;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.ListHostsRequest;
import dev.berth.proto.v1.ListHostsResponse;
import dev.berth.proto.v1.PodsGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HardeningTest {
    private final TestController controller = new TestController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void garbageIsAnInvalidArgument() {
        Status status = raw(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 7}, "identity");
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("berth.v1.Pods/GetPod");
    }

    @Test
    void badUtf8IsAnInvalidArgument() {
        assertThat(raw(new byte[] {10, 2, (byte) 0xc3, 0x28}, "identity").getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void deepNestingIsAnInvalidArgument() {
        byte[] groups = new byte[20_000];
        Arrays.fill(groups, 0, groups.length / 2, (byte) 0x7b);
        Arrays.fill(groups, groups.length / 2, groups.length, (byte) 0x7c);
        assertThat(raw(groups, "identity").getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void whatInflatesBeyondTheLimitIsRefused() {
        byte[] bomb =
                GetPodRequest.newBuilder().setPod("a".repeat(8 << 20)).build().toByteArray();
        assertThat(raw(bomb, "gzip").getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedAndTheServerServesOn() {
        var pods = controller.pods();
        DeployPodRequest.Builder huge = controller.request("big").toBuilder();
        huge.getSpecBuilder().addCommand("x".repeat(2 << 20));
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> pods.deployPod(huge.build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(controller.deploy(pods, "small").getId()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "Bearer berth_wrong", "berth_", "Basic abc"})
    void withoutTheTokenNothingIsAnswered(String header) {
        io.grpc.Metadata headers = new io.grpc.Metadata();
        headers.put(Authentication.AUTHORIZATION, header);
        Channel channel =
                ClientInterceptors.intercept(controller.api(), MetadataUtils.newAttachHeadersInterceptor(headers));
        for (Runnable call : new Runnable[] {
            () -> PodsGrpc.newBlockingStub(channel).getPod(GetPodRequest.getDefaultInstance()),
            () -> HostsGrpc.newBlockingStub(channel).listHosts(ListHostsRequest.getDefaultInstance())
        }) {
            StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void healthIsOpenAndAgentsServicesAreNotOnTheApiPort() {
        for (Channel channel : new Channel[] {controller.api(), controller.agents()}) {
            assertThat(HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> dev.berth.proto.agent.v1.LinkGrpc.newBlockingStub(controller.api())
                        .heartbeat(dev.berth.proto.agent.v1.HeartbeatRequest.getDefaultInstance()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void aCallWithoutAnAnswerIsGivenUpAndItsLateAnswerHarmless() throws Exception {
        OpenCalls openCalls = new OpenCalls();
        CompletableFuture<StreamObserver<ListHostsResponse>> held = new CompletableFuture<>();
        withHosts(openCalls, held::complete, hosts -> {
            Recorder<ListHostsRequest, ListHostsResponse> call = Recorder.greedy();
            hosts.listHosts(ListHostsRequest.getDefaultInstance(), call);
            StreamObserver<ListHostsResponse> handler = held.get(20, TimeUnit.SECONDS);
            for (int i = 0; i <= OpenCalls.MOST_TICKS; i++) {
                assertThat(call.ended).isNotDone();
                openCalls.tick();
            }
            assertThat(call.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            handler.onNext(ListHostsResponse.getDefaultInstance());
            handler.onCompleted();
        });
    }

    @Test
    void anExceptionOfAHandlerIsAnOpaqueInternal() throws Exception {
        Runnable[] failures = {
            () -> {
                throw new IllegalStateException("secret path /root");
            }
        };
        withHosts(new OpenCalls(), observer -> failures[0].run(), hosts -> {
            Recorder<ListHostsRequest, ListHostsResponse> call = Recorder.greedy();
            hosts.listHosts(ListHostsRequest.getDefaultInstance(), call);
            Status status = call.end();
            assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(status.getDescription()).doesNotContain("secret").contains("its log explains it under");
        });
    }

    @Test
    void plaintextIsForLoopbackOnly() {
        ServersConfig.Port open = new ServersConfig.Port(new InetSocketAddress("0.0.0.0", 0), null);
        ServersConfig.Port loopback =
                new ServersConfig.Port(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        assertThatThrownBy(() -> new ServersConfig(open, loopback).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without TLS");
        assertThatThrownBy(() -> new ServersConfig(loopback, open).check()).hasMessageContaining("without mutual TLS");
        new ServersConfig(loopback, loopback).check();
    }

    private interface Listing {
        void answer(StreamObserver<ListHostsResponse> observer);
    }

    private interface Use {
        void of(HostsGrpc.HostsStub hosts) throws Exception;
    }

    /** A server in this process whose one handler is the test's. */
    private static void withHosts(OpenCalls openCalls, Listing listing, Use use) throws Exception {
        HostsGrpc.HostsImplBase hosts = new HostsGrpc.HostsImplBase() {
            @Override
            public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
                listing.answer(observer);
            }
        };
        String name = InProcessServerBuilder.generateName();
        Server server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(new HardenedService(openCalls).wrap(hosts.bindService()))
                .build()
                .start();
        ManagedChannel channel =
                InProcessChannelBuilder.forName(name).directExecutor().build();
        try {
            use.of(HostsGrpc.newStub(channel));
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    /** Sends bytes in place of a GetPodRequest. */
    private Status raw(byte[] bytes, String compression) {
        MethodDescriptor<byte[], GetPodResponse> method = PodsGrpc.getGetPodMethod().toBuilder(
                        new MethodDescriptor.Marshaller<byte[]>() {
                            @Override
                            public InputStream stream(byte[] value) {
                                return new ByteArrayInputStream(value);
                            }

                            @Override
                            public byte[] parse(InputStream stream) {
                                try {
                                    return stream.readAllBytes();
                                } catch (IOException e) {
                                    throw new AssertionError(new String(bytes, StandardCharsets.ISO_8859_1), e);
                                }
                            }
                        },
                        PodsGrpc.getGetPodMethod().getResponseMarshaller())
                .build();
        Channel channel = ClientInterceptors.intercept(
                controller.api(),
                MetadataUtils.newAttachHeadersInterceptor(TestController.bearer(TestController.TOKEN)));
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> ClientCalls.blockingUnaryCall(
                                channel, method, CallOptions.DEFAULT.withCompression(compression), bytes))
                .getStatus();
    }
}
