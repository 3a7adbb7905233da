package dev.berth.cli.connection;

import dev.berth.cli.outcome.CliFailure;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The bearer token from {@code BERTH_TOKEN}, or from the file that {@code BERTH_TOKEN_FILE} names. Read once for each
 * connection and never printed.
 */
final class Token {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private Token() {}

    /** The headers that carry the token; none without one. */
    static Metadata headers(Map<String, String> environment) {
        Metadata headers = new Metadata();
        String token = read(environment).strip();
        if (!token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw CliFailure.usage(
                    "The token holds characters that no token has", "Check BERTH_TOKEN and BERTH_TOKEN_FILE");
        }
        if (!token.isEmpty()) {
            headers.put(AUTHORIZATION, "Bearer " + token);
        }
        return headers;
    }

    private static String read(Map<String, String> environment) {
        String token = environment.getOrDefault("BERTH_TOKEN", "");
        String file = environment.getOrDefault("BERTH_TOKEN_FILE", "");
        if (!token.isBlank() || file.isBlank()) {
            return token;
        }
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CliFailure.usage(
                    "The token file " + file + " cannot be read (" + e + ")",
                    "Set BERTH_TOKEN_FILE to a readable file, or BERTH_TOKEN to the token");
        }
    }
}
