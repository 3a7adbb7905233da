package dev.berth.agent.host;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.Optional;

/** The address under which other machines most likely reach this one. Reads the host; any thread. */
public final class GlobalAddress {
    private GlobalAddress() {}

    /** Of the first interface, in their order, that is no bridge of the engine's: IPv4 before IPv6; empty for none. */
    public static Optional<String> first() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(GlobalAddress::isOutward)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparingInt(address -> address.getAddress().length))
                    .map(InetAddress::getHostAddress);
        } catch (SocketException unknown) {
            return Optional.empty();
        }
    }

    private static boolean isOutward(NetworkInterface one) {
        try {
            String name = one.getName();
            return one.isUp()
                    && !one.isLoopback()
                    && !name.startsWith("docker")
                    && !name.startsWith("br-")
                    && !name.startsWith("veth");
        } catch (SocketException unknown) {
            return false;
        }
    }
}
