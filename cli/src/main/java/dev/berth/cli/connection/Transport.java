package dev.berth.cli.connection;

import dev.berth.cli.outcome.CliFailure;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.util.Map;

/**
 * Makes the channel: plaintext to loopback, TLS anywhere else (system trust, or the authorities in
 * {@code BERTH_CA_FILE}, which also asks for TLS on loopback). Tuned for a process that makes one call and ends:
 * calls run on the transport's own thread, no retry machinery, no service config.
 */
final class Transport {
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private Transport() {}

    static ManagedChannel open(Endpoint endpoint, Map<String, String> environment) {
        String authorities = environment.getOrDefault("BERTH_CA_FILE", "");
        OkHttpChannelBuilder builder =
                endpoint.isLoopback() && authorities.isBlank() ? plaintext(endpoint) : encrypted(endpoint, authorities);
        return builder.directExecutor()
                .disableRetry()
                .disableServiceConfigLookUp()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .intercept(MetadataUtils.newAttachHeadersInterceptor(Token.headers(environment)))
                .build();
    }

    static boolean isPlaintext(Endpoint endpoint, Map<String, String> environment) {
        return endpoint.isLoopback()
                && environment.getOrDefault("BERTH_CA_FILE", "").isBlank();
    }

    private static OkHttpChannelBuilder plaintext(Endpoint endpoint) {
        return OkHttpChannelBuilder.forAddress(endpoint.host(), endpoint.port()).usePlaintext();
    }

    private static OkHttpChannelBuilder encrypted(Endpoint endpoint, String authorities) {
        var credentials = TlsChannelCredentials.newBuilder();
        if (!authorities.isBlank()) {
            try {
                credentials.trustManager(new File(authorities));
            } catch (IOException e) {
                throw CliFailure.usage(
                        "The authorities in " + authorities + " cannot be read (" + e + ")",
                        "Set BERTH_CA_FILE to a readable PEM file");
            }
        }
        return OkHttpChannelBuilder.forAddress(endpoint.host(), endpoint.port(), credentials.build());
    }
}
