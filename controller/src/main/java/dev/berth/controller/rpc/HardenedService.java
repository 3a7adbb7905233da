package dev.berth.controller.rpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * Wraps a service so that every call ends with a status that means something: bytes that are no message, exceptions of
 * handlers, and unary calls that take too long. The outermost layer of both ports.
 */
final class HardenedService {
    private final OpenCalls openCalls;

    HardenedService(OpenCalls openCalls) {
        this.openCalls = openCalls;
    }

    ServerServiceDefinition wrap(ServerServiceDefinition service) {
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(wrap(method)));
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder wrapped = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(wrapped::addMethod);
        return wrapped.build();
    }

    private <Q, A> ServerMethodDefinition<Inbound<Q>, A> wrap(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> plain = method.getMethodDescriptor();
        MethodDescriptor<Inbound<Q>, A> descriptor = plain.toBuilder(
                        new Inbound.Marshaller<>(
                                plain.getRequestMarshaller(), "request of " + plain.getFullMethodName()),
                        plain.getResponseMarshaller())
                .build();
        ServerCallHandler<Q, A> handler = method.getServerCallHandler();
        return ServerMethodDefinition.create(descriptor, (call, headers) -> start(call, headers, plain, handler));
    }

    private <Q, A> ServerCall.Listener<Inbound<Q>> start(
            ServerCall<Inbound<Q>, A> call,
            Metadata headers,
            MethodDescriptor<Q, A> method,
            ServerCallHandler<Q, A> handler) {
        GuardedCall<Q, A> guarded = new GuardedCall<>(call, method, openCalls);
        openCalls.opened(guarded);
        try {
            return new GuardedCall.Listener<>(guarded, handler.startCall(guarded, headers));
        } catch (RuntimeException e) {
            guarded.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }
}
