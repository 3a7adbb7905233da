package dev.berth.agent.transfer;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;

/** TLS 1.3 with certificates at both ends, by the library inside the shaded Netty where it loads, else by the JDK. Any thread. */
final class TransferTls {
    private static final String VERSION = "TLSv1.3";

    private TransferTls() {}

    static SslContext server(TransferIdentity identity) throws IOException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(identity.key(), identity.certificate())
                        .clientAuth(ClientAuth.REQUIRE)
                        .trustManager(PeerTrust.anyUntilTicket()))
                .protocols(VERSION)
                .build();
    }

    static SslContext client(TransferIdentity identity, PeerTrust trust) throws IOException {
        return GrpcSslContexts.configure(SslContextBuilder.forClient()
                        .keyManager(identity.key(), identity.certificate())
                        .trustManager(trust))
                .protocols(VERSION)
                .build();
    }
}
