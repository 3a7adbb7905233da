package dev.berth.controller;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a controller is run, from its command line. TLS files are PEM; without them both ports must be loopback.
 *
 * @param data folder of the journal, its snapshots and the admin token
 * @param listen address of the public API
 * @param agentListen address that agents dial
 * @param certificate certificate chain of both ports, null for plaintext on loopback
 * @param key private key of the certificate
 * @param agentCa certificates that sign those of agents; agents without one are refused when it is set
 * @param retentionMillis how long a pod may stay STOPPED before it is ended; 0 for ever
 * @param trashMillis how long what was deleted is kept before it is deleted for good; 0 for a day
 * @param timeScale factor on all timings; other than 1 only in tests
 */
public record ControllerConfig(
        Path data,
        InetSocketAddress listen,
        InetSocketAddress agentListen,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path agentCa,
        long retentionMillis,
        long trashMillis,
        double timeScale) {
    public static final String USAGE = """
            usage: controller --data DIR [--listen HOST:PORT] [--agent-listen HOST:PORT]
                              [--tls-cert FILE --tls-key FILE --agent-ca FILE] [--retention-stopped-pods DURATION]
                              [--retention-trash DURATION] [--time-scale FACTOR]
              --data          journal, snapshots and admin token; made when missing
              --listen        public API, default 127.0.0.1:7080
              --agent-listen  where agents dial, default 127.0.0.1:7443
              --tls-cert      PEM certificate chain of both ports; required beyond loopback
              --tls-key       its private key (PEM, PKCS 8)
              --agent-ca      PEM certificates that sign those of agents; required beyond loopback
              --retention-stopped-pods  how long a pod may stay STOPPED before it is ended: 90m, 12h, 30d; 0, the
                              default, for ever; a locked pod stays
              --retention-trash  how long volumes that were deleted, or moved away, lie in the trash before they are
                              deleted for good: 90m, 12h, 30d; default 24h
              --time-scale    factor on every timing of leases, losses and back-off, 0.01..100, default 1; for tests""";

    /** @throws IllegalArgumentException with a sentence that names the flag */
    public static ControllerConfig parse(List<String> args) {
        Deque<String> left = new ArrayDeque<>(args);
        Path data = null;
        String listen = "127.0.0.1:7080";
        String agentListen = "127.0.0.1:7443";
        Path certificate = null;
        Path key = null;
        Path agentCa = null;
        long retentionMillis = 0;
        long trashMillis = 0;
        double timeScale = 1;
        while (!left.isEmpty()) {
            String flag = left.removeFirst();
            switch (flag) {
                case "--data" -> data = Path.of(value(flag, left));
                case "--listen" -> listen = value(flag, left);
                case "--agent-listen" -> agentListen = value(flag, left);
                case "--tls-cert" -> certificate = Path.of(value(flag, left));
                case "--tls-key" -> key = Path.of(value(flag, left));
                case "--agent-ca" -> agentCa = Path.of(value(flag, left));
                case "--retention-stopped-pods" -> retentionMillis = duration(flag, value(flag, left));
                case "--retention-trash" -> trashMillis = trash(flag, value(flag, left));
                case "--time-scale" -> timeScale = factor(flag, value(flag, left));
                default -> throw new IllegalArgumentException("unknown flag " + flag);
            }
        }
        if (data == null) {
            throw new IllegalArgumentException("--data is missing: say where the journal shall lie");
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together: give both or neither");
        }
        return new ControllerConfig(
                data,
                address("--listen", listen),
                address("--agent-listen", agentListen),
                certificate,
                key,
                agentCa,
                retentionMillis,
                trashMillis,
                timeScale);
    }

    private static double factor(String flag, String text) {
        try {
            double factor = Double.parseDouble(text);
            if (factor >= 0.01 && factor <= 100) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // Told below, as any other text that is no factor.
        }
        throw new IllegalArgumentException(flag + " must be a number from 0.01 to 100, is \"" + text + "\"");
    }

    private static long trash(String flag, String text) {
        long millis = duration(flag, text);
        if (millis == 0) {
            throw new IllegalArgumentException(flag + " must not be 0: what is deleted stays restorable for a while");
        }
        return millis;
    }

    private static long duration(String flag, String text) {
        if (text.equals("0")) {
            return 0;
        }
        long unitMillis = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
            case 's' -> 1_000;
            case 'm' -> 60_000;
            case 'h' -> 3_600_000;
            case 'd' -> 86_400_000;
            default -> 0;
        };
        String number = text.isEmpty() ? "" : text.substring(0, text.length() - 1);
        if (unitMillis > 0 && number.matches("[1-9][0-9]{0,6}")) {
            return Long.parseLong(number) * unitMillis;
        }
        throw new IllegalArgumentException(flag + " must be 0 or a time like 90m, 12h or 30d, is \"" + text + "\"");
    }

    private static String value(String flag, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(flag + " needs a value");
        }
        return left.removeFirst();
    }

    private static InetSocketAddress address(String flag, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                return new InetSocketAddress(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            // Told below, as any other text that is no address.
        }
        throw new IllegalArgumentException(flag + " must be HOST:PORT, is \"" + text + "\"");
    }
}
