package dev.berth.agent.transfer;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The door of the server: no call gets past it, and no message is read, but with the ticket and from the certificate of
 * one grant. All others get the same answer. gRPC's threads; grants come and go on the caller's.
 */
final class Grants implements ServerInterceptor {
    static final Metadata.Key<String> TICKET = Metadata.Key.of("berth-ticket", Metadata.ASCII_STRING_MARSHALLER);
    static final Context.Key<Grant> GRANT = Context.key("berth-grant");

    /** By the ticket's hash: how long a look-up takes tells nothing about the ticket itself. */
    private final Map<String, Grant> byTicketHash = new ConcurrentHashMap<>();

    static Status refusal() {
        return Status.NOT_FOUND.withDescription(
                "there is no such transfer: it was never granted, is revoked, or is another agent's");
    }

    void add(Ticket ticket, Grant grant) {
        byTicketHash.merge(Fingerprints.of(ticket), grant, (old, fresh) -> {
            if (old.isSameAs(fresh)) {
                return old;
            }
            old.revoke();
            return fresh;
        });
    }

    void revoke(Ticket ticket) {
        Grant grant = byTicketHash.remove(Fingerprints.of(ticket));
        if (grant != null) {
            grant.revoke();
        }
    }

    void revokeAll() {
        byTicketHash.values().forEach(Grant::revoke);
        byTicketHash.clear();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<Grant> grant = admitted(call, headers);
        if (grant.isEmpty()) {
            call.close(refusal(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(GRANT, grant.get()), call, headers, next);
    }

    private Optional<Grant> admitted(ServerCall<?, ?> call, Metadata headers) {
        String ticket = headers.get(TICKET);
        Optional<String> fingerprint = fingerprint(call);
        if (ticket == null || fingerprint.isEmpty()) {
            return Optional.empty();
        }
        try {
            Grant grant = byTicketHash.get(Fingerprints.of(new Ticket(ticket)));
            return grant != null && grant.admits(ticket, fingerprint.get()) ? Optional.of(grant) : Optional.empty();
        } catch (IllegalArgumentException noTicket) {
            return Optional.empty();
        }
    }

    private static Optional<String> fingerprint(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 0 ? Optional.empty() : Optional.of(Fingerprints.of(chain[0]));
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
