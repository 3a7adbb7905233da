package dev.berth.controller.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came in: the message, or why its bytes are none. grpc-java answers bytes that it cannot read with
 * UNKNOWN before any code of ours runs; read like this, {@link HardenedService} sees them and can say what is wrong.
 */
record Inbound<Q>(@Nullable Q message, @Nullable Status refusal) {

    /** Reads with the method's own marshaller. */
    record Marshaller<Q>(MethodDescriptor.Marshaller<Q> messages, String typeName)
            implements MethodDescriptor.Marshaller<Inbound<Q>> {
        @Override
        public InputStream stream(Inbound<Q> value) {
            throw new UnsupportedOperationException("A server sends no requests");
        }

        @Override
        public Inbound<Q> parse(InputStream stream) {
            try {
                return new Inbound<>(messages.parse(stream), null);
            } catch (StatusRuntimeException e) {
                boolean tooLarge = e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED;
                return new Inbound<>(null, tooLarge ? e.getStatus() : malformed());
            } catch (RuntimeException e) {
                return new Inbound<>(null, malformed());
            }
        }

        private Status malformed() {
            return Status.INVALID_ARGUMENT.withDescription(
                    "the bytes sent are no valid " + typeName + " (damaged protobuf, bad UTF-8 or nested too deep)");
        }
    }
}
