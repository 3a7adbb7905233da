package dev.berth.controller.rpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * A call that ends once, whoever ends it first: its handler, its deadline, or an exception. Handlers answer on the
 * loop's thread while deadlines and bad messages come from others, and gRPC's own calls bear only one thread.
 */
final class GuardedCall<Q, A> extends ServerCall<Q, A> {
    private final ServerCall<Inbound<Q>, A> call;
    private final MethodDescriptor<Q, A> method;
    private final OpenCalls openCalls;
    private boolean closed;

    /** When it began, by the clock of {@link OpenCalls}; that class alone uses it. */
    long openedTick;

    GuardedCall(ServerCall<Inbound<Q>, A> call, MethodDescriptor<Q, A> method, OpenCalls openCalls) {
        this.call = call;
        this.method = method;
        this.openCalls = openCalls;
    }

    boolean isUnary() {
        return method.getType() == MethodDescriptor.MethodType.UNARY;
    }

    void fail(RuntimeException failure) {
        StatusRuntimeException known = Refusals.of(failure);
        Metadata trailers = known.getTrailers();
        close(known.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    @Override
    public void request(int messages) {
        call.request(messages);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            call.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!closed) {
            call.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            openCalls.ended(this);
            call.close(status, trailers);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public boolean isCancelled() {
        return call.isCancelled();
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        call.setMessageCompression(enabled);
    }

    @Override
    public void setCompression(String compressor) {
        call.setCompression(compressor);
    }

    @Override
    public SecurityLevel getSecurityLevel() {
        return call.getSecurityLevel();
    }

    @Override
    public Attributes getAttributes() {
        return call.getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
        return call.getAuthority();
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method;
    }

    /** Passes on what is a message, and turns exceptions into answers. */
    static final class Listener<Q, A> extends ServerCall.Listener<Inbound<Q>> {
        private final GuardedCall<Q, A> call;
        private final ServerCall.Listener<Q> handler;

        Listener(GuardedCall<Q, A> call, ServerCall.Listener<Q> handler) {
            this.call = call;
            this.handler = handler;
        }

        @Override
        public void onMessage(Inbound<Q> inbound) {
            Q message = inbound.message();
            Status refusal = inbound.refusal();
            if (message != null) {
                guard(() -> handler.onMessage(message));
            } else if (refusal != null) {
                call.close(refusal, new Metadata());
            }
        }

        @Override
        public void onHalfClose() {
            if (!call.isClosed()) {
                guard(handler::onHalfClose);
            }
        }

        @Override
        public void onReady() {
            guard(handler::onReady);
        }

        @Override
        public void onCancel() {
            call.openCalls.ended(call);
            guard(handler::onCancel);
        }

        @Override
        public void onComplete() {
            guard(handler::onComplete);
        }

        private void guard(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                call.fail(e);
            }
        }
    }
}
