package dev.berth.controller.rpc;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the two ports listen, and with what certificates. */
public record ServersConfig(Port api, Port agents) {
    /** {@code tls} may be null on loopback only. */
    public record Port(InetSocketAddress address, @Nullable Tls tls) {
        boolean isLoopback() {
            return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
        }
    }

    /** PEM files; {@code clientAuthority} is null where clients need no certificate. */
    public record Tls(Path certificate, Path key, @Nullable Path clientAuthority) {}

    /** Says no to what would put tokens or commands on a wire in the open. */
    void check() {
        if (!api.isLoopback() && api.tls == null) {
            throw new IllegalArgumentException("The API would listen on " + api.address
                    + " without TLS. Give it a certificate and a key, or let it listen on 127.0.0.1.");
        }
        if (!agents.isLoopback() && (agents.tls == null || agents.tls.clientAuthority == null)) {
            throw new IllegalArgumentException("The agent port would listen on " + agents.address
                    + " without mutual TLS. Give it a certificate, a key and the authority of the agents' certificates,"
                    + " or let it listen on 127.0.0.1.");
        }
    }
}
