package dev.berth.agent.model;

import java.util.List;

/**
 * How the host is reached, and what of the world it has mounted.
 *
 * @param advertiseAddress where people reach its published ports
 * @param firstPort of the inclusive range that may be published; 0..0 for none
 * @param transferAddress HOST:PORT at which other agents fetch volumes; empty where it gives none
 * @param transferFingerprint SHA-256 of its certificate there, 64 hex digits
 * @param shares names of the shared file systems that it has mounted, in order
 * @param diskGb disk for pods and volumes together
 */
public record HostReach(
        String advertiseAddress,
        int firstPort,
        int lastPort,
        String transferAddress,
        String transferFingerprint,
        List<String> shares,
        long diskGb) {
    public static final HostReach NONE = new HostReach("", 0, 0, "", "", List.of(), 0);

    public HostReach {
        shares = List.copyOf(shares);
    }
}
