package dev.berth.cli;

import com.google.protobuf.Message;
import dev.berth.proto.v1.CatalogueGrpc;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.ExecPodRequest;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.PlacementGrpc;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.VolumesGrpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ServerCalls;
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
    private final List<String> methods = new CopyOnWriteArrayList<>();
    private final Queue<List<Object>> answers = new ArrayDeque<>();
    private final Server server;

    FakeController() {
        this(InsecureServerCredentials.create());
    }

    FakeController(ServerCredentials credentials) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            server = OkHttpServerBuilder.forPort(address, credentials)
                    .addServices(List.of(
                            service(PodsGrpc.getServiceDescriptor()),
                            service(DeploymentsGrpc.getServiceDescriptor()),
                            service(PlacementGrpc.getServiceDescriptor()),
                            service(VolumesGrpc.getServiceDescriptor()),
                            service(HostsGrpc.getServiceDescriptor()),
                            service(CatalogueGrpc.getServiceDescriptor())))
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

    /** The names of the methods that were called, in order. */
    List<String> methods() {
        return methods;
    }

    List<String> tokens() {
        return tokens;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /** All methods of a service, each answering from the script. */
    private ServerServiceDefinition service(ServiceDescriptor descriptor) {
        var service = ServerServiceDefinition.builder(descriptor);
        for (MethodDescriptor<?, ?> method : descriptor.getMethods()) {
            add(service, method);
        }
        return service.build();
    }

    private <Q, A> void add(ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method) {
        service.addMethod(
                method,
                method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING
                        ? ServerCalls.asyncBidiStreamingCall(
                                (StreamObserver<A> caller) -> new Conversation<Q, A>(caller))
                        : ServerCalls.asyncServerStreamingCall(
                                (Q request, StreamObserver<A> caller) -> answer((Message) request, caller)));
    }

    /** A command in a pod: answered at once, or where it has input when that ends. */
    private final class Conversation<Q, A> implements StreamObserver<Q> {
        private final StreamObserver<A> caller;

        Conversation(StreamObserver<A> caller) {
            this.caller = caller;
        }

        @Override
        public void onNext(Q request) {
            if (request instanceof ExecPodRequest exec) {
                boolean asks = exec.hasStart() && !exec.getStart().getStdin();
                if (asks || exec.hasStdinEnd()) {
                    answer(exec, caller);
                } else {
                    asked.add(exec);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
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
            methods.add(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
            return next.startCall(call, headers);
        }
    }
}
