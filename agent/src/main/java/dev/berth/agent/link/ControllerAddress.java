package dev.berth.agent.link;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Where the controller is, and how the two know each other. Plaintext goes to this machine alone. */
public record ControllerAddress(String host, int port, Optional<Tls> tls) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");
    private static final int LARGEST_PORT = 65_535;

    /**
     * PEM files: what the controller's certificate must be signed by, and this agent's own certificate with its key
     * (PKCS 8), which a controller beyond loopback demands.
     */
    public record Tls(Path ca, Optional<Path> certificate, Optional<Path> key) {
        public Tls {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("--tls-cert and --tls-key belong together: give both or neither");
            }
        }
    }

    public ControllerAddress {
        if (tls.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("the controller " + host
                    + " is on another machine and --tls-ca is missing; plaintext is for this machine only: give the"
                    + " file with the controller's CA certificate");
        }
    }

    /** @throws IllegalArgumentException saying what is wrong with {@code host:port} */
    public static ControllerAddress parse(String text, Optional<Tls> tls) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("--controller: \"" + text + "\" is no HOST:PORT");
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > LARGEST_PORT) {
            throw new IllegalArgumentException("--controller: port " + number + " is not within 1..65535");
        }
        String host = text.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new ControllerAddress(bare, number, tls);
    }

    /** Whether it is on this machine. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK_NAMES.contains(host) || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
