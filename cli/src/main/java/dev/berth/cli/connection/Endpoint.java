package dev.berth.cli.connection;

import dev.berth.cli.outcome.CliFailure;

/**
 * Where the controller listens. Loopback is judged by the text alone, without a look-up: {@code localhost},
 * {@code 127.0.0.0/8} and {@code ::1}, so that no name server decides whether a token travels unencrypted. Pure.
 */
public record Endpoint(String host, int port) {
    public static final String DEFAULT = "127.0.0.1:7080";
    private static final String EXAMPLE = "Write it as host:port, for example " + DEFAULT;

    /** Reads {@code host:port} or {@code [v6]:port}. */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw CliFailure.usage("The endpoint '" + text + "' has no port or no host", EXAMPLE);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('/') >= 0) {
            throw CliFailure.usage("The endpoint '" + text + "' is not a host and a port", EXAMPLE);
        }
        return new Endpoint(host, port(text, text.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw CliFailure.usage("The port of the endpoint '" + text + "' is not a number from 1 to 65535", EXAMPLE);
    }

    public boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || isLoopbackV4();
    }

    private boolean isLoopbackV4() {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("127")) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    /** As it was written. */
    public String text() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
