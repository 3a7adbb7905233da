package dev.berth.agent;

import dev.berth.agent.host.Disks;
import dev.berth.agent.link.ControllerAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent is told about how its host is reached and where it keeps volumes: a part of {@link AgentConfig}.
 *
 * @param advertiseAddress empty: the host's first global address, of a loopback cluster 127.0.0.1
 * @param volumes folder of the volumes
 * @param shares mounted shared file systems by name
 * @param transferListen where other agents fetch volumes; port 0 for any
 * @param transferAddress what they dial; empty: the advertised address and the port
 * @param diskGb of the disk of the volumes that may be given away; empty: all but a reserve
 * @param limitsContainerDisk whether what containers write is limited or watched
 */
public record AgentReach(
        Optional<String> advertiseAddress,
        int firstPort,
        int lastPort,
        Path volumes,
        SortedMap<String, Path> shares,
        InetSocketAddress transferListen,
        Optional<String> transferAddress,
        OptionalLong diskGb,
        boolean limitsContainerDisk) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int LEAST_PORT = 1_024;
    private static final int MOST_PORT = 65_535;
    private static final int MOST_DISK_GB = 1 << 24;
    private static final String SHARE_NAME = "[a-z0-9][a-z0-9-]{0,62}";

    public AgentReach {
        shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    }

    static AgentReach parse(AgentFlags flags, ControllerAddress controller, Path data) {
        int[] ports = portRange(flags.text("port-range", "20000-29999"));
        boolean local = controller.isLoopback();
        Optional<String> advertised = Optional.ofNullable(flags.values().get("advertise-address"))
                .map(address -> flags.word("advertise-address", address));
        return new AgentReach(
                local && advertised.isEmpty() ? Optional.of(LOOPBACK) : advertised,
                ports[0],
                ports[1],
                flags.values().containsKey("volumes") ? Path.of(flags.needed("volumes")) : data.resolve("volumes"),
                shares(flags),
                address("transfer-listen", flags.text("transfer-listen", local ? LOOPBACK + ":0" : "0.0.0.0:0"), 0),
                Optional.ofNullable(flags.values().get("transfer-address")).map(text -> {
                    address("transfer-address", text, 1);
                    return text;
                }),
                flags.number("disk-gb", 0, MOST_DISK_GB).stream().asLongStream().findFirst(),
                limits(flags.text("container-disk-limit", "auto")));
    }

    /** Where published ports are bound: of a loopback cluster nothing is reached from outside. */
    String publishAddress() {
        return advertiseAddress.filter(LOOPBACK::equals).isPresent() ? LOOPBACK : "0.0.0.0";
    }

    long givenAwayGb() {
        return diskGb.orElseGet(() -> Disks.givenAwayGb(volumes));
    }

    private static int[] portRange(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length == 2 && parts[0].matches("\\d{1,5}") && parts[1].matches("\\d{1,5}")) {
            int first = Integer.parseInt(parts[0]);
            int last = Integer.parseInt(parts[1]);
            if (first >= LEAST_PORT && first <= last && last <= MOST_PORT) {
                return new int[] {first, last};
            }
        }
        throw new IllegalArgumentException("--port-range: \"" + text + "\" is not FIRST-LAST within " + LEAST_PORT + "-"
                + MOST_PORT + "; 20000-29999 for instance");
    }

    private static SortedMap<String, Path> shares(AgentFlags flags) {
        SortedMap<String, Path> shares = new TreeMap<>();
        for (String share : flags.all(AgentFlags.SHARE)) {
            String[] parts = share.split("=", 2);
            if (parts.length < 2 || !parts[0].matches(SHARE_NAME) || !parts[1].startsWith("/")) {
                throw new IllegalArgumentException("--share: \"" + share
                        + "\" is not NAME=PATH, the name of small letters, digits and hyphens, the path absolute");
            }
            if (shares.put(parts[0], Path.of(parts[1])) != null) {
                throw new IllegalArgumentException("--share: " + parts[0] + " is given twice");
            }
        }
        return shares;
    }

    private static InetSocketAddress address(String name, String text, int leastPort) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1
                || !port.matches("\\d{1,5}")
                || Integer.parseInt(port) < leastPort
                || Integer.parseInt(port) > MOST_PORT) {
            throw new IllegalArgumentException("--" + name + ": \"" + text + "\" is no HOST:PORT");
        }
        return InetSocketAddress.createUnresolved(text.substring(0, colon), Integer.parseInt(port));
    }

    private static boolean limits(String text) {
        return switch (text) {
            case "auto" -> true;
            case "off" -> false;
            default ->
                throw new IllegalArgumentException("--container-disk-limit: \"" + text + "\" is neither auto nor off");
        };
    }
}
