package dev.berth.controller.rpc;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.TenantId;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the API: the bearer of the one token, as owner of the built-in tenant. Only hashes are compared, and in
 * constant time. On network threads.
 */
final class Authentication implements ServerInterceptor {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final TenantId DEFAULT_TENANT = new TenantId("default");
    private static final String SCHEME = "Bearer ";
    private static final Status REFUSED = Status.UNAUTHENTICATED.withDescription(
            "a valid token is needed in the metadata \"authorization: Bearer berth_…\"; the controller keeps its own in "
                    + AdminToken.FILE_NAME + " of its data folder.");

    private final byte[] tokenHash;
    private final Caller admin = new Caller(DEFAULT_TENANT, new Actor(Actor.Kind.USER, "admin"));

    Authentication(String token) {
        this.tokenHash = hash(token);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!isValid(headers.get(AUTHORIZATION))) {
            call.close(REFUSED, new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Caller.KEY, admin), call, headers, next);
    }

    private boolean isValid(@Nullable String presented) {
        return presented != null
                && presented.startsWith(SCHEME)
                && MessageDigest.isEqual(tokenHash, hash(presented.substring(SCHEME.length())));
    }

    private static byte[] hash(String token) {
        return RequestDigest.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
