package dev.berth.cli;

import com.google.protobuf.Message;
import dev.berth.proto.v1.*;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A controller on a loopback port that answers what a test has scripted, in order, whatever is asked, and remembers
 * what was asked and with which token. An answer is a message, a refusal, or several messages for a stream.
 */
final class FakeController implements AutoCloseable {
    private final List<Message> asked = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final Queue<List<Object>> answers = new ArrayDeque<>();
    private final Server server;

    FakeController() {
        this(InsecureServerCredentials.create());
    }

    FakeController(ServerCredentials credentials) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            server = OkHttpServerBuilder.forPort(address, credentials)
                    .addService(new Pods())
                    .addService(new Hosts())
                    .addService(new Catalogue())
                    .intercept(new TokenReader())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Scripts the answer of the next call: messages, then perhaps a Status that ends it. */
    FakeController answers(Object... messagesThenStatus) {
        synchronized (answers) {
            answers.add(Arrays.asList(messagesThenStatus));
        }
        return this;
    }

    /** All requests so far. */
    List<Message> asked() {
        return new ArrayList<>(asked);
    }

    /** The only request, or the one at an index, as its type. */
    <M extends Message> M asked(int index, Class<M> type) {
        return type.cast(asked.get(index));
    }

    List<String> tokens() {
        return tokens;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    @SuppressWarnings("unchecked")
    private <A> void answer(Message request, StreamObserver<A> caller) {
        asked.add(request);
        List<Object> script;
        synchronized (answers) {
            script = answers.poll();
        }
        if (script == null) {
            caller.onError(Status.INTERNAL
                    .withDescription("The test has no answer for this.")
                    .asRuntimeException());
            return;
        }
        for (Object step : script) {
            if (step instanceof Status status) {
                caller.onError(status.asRuntimeException());
                return;
            }
            caller.onNext((A) step);
        }
        caller.onCompleted();
    }

    private final class TokenReader implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String token = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            tokens.add(token == null ? "" : token);
            return next.startCall(call, headers);
        }
    }

    private final class Pods extends PodsGrpc.PodsImplBase {
        @Override
        public void deployPod(DeployPodRequest request, StreamObserver<DeployPodResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void getPod(GetPodRequest request, StreamObserver<GetPodResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void listPods(ListPodsRequest request, StreamObserver<ListPodsResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void searchPods(SearchPodsRequest request, StreamObserver<SearchPodsResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void pausePod(PodActionRequest request, StreamObserver<PodActionResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void runPod(PodActionRequest request, StreamObserver<PodActionResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void terminatePod(PodActionRequest request, StreamObserver<PodActionResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void listPodEvents(ListPodEventsRequest request, StreamObserver<ListPodEventsResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void watchPods(WatchPodsRequest request, StreamObserver<WatchPodsResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void getPodLogs(GetPodLogsRequest request, StreamObserver<GetPodLogsResponse> caller) {
            answer(request, caller);
        }
    }

    private final class Hosts extends HostsGrpc.HostsImplBase {
        @Override
        public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> caller) {
            answer(request, caller);
        }

        @Override
        public void getHost(GetHostRequest request, StreamObserver<GetHostResponse> caller) {
            answer(request, caller);
        }
    }

    private final class Catalogue extends CatalogueGrpc.CatalogueImplBase {
        @Override
        public void listGpuModels(ListGpuModelsRequest request, StreamObserver<ListGpuModelsResponse> caller) {
            answer(request, caller);
        }
    }
}
