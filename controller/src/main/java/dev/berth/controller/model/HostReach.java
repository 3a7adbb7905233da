package dev.berth.controller.model;

import java.util.List;

/**
 * How a host is reached, and what of the world it has mounted.
 *
 * @param advertiseAddress where people reach its published ports
 * @param firstPort inclusive range that may be published; 0..0 for none
 * @param transferAddress HOST:PORT at which agents fetch volumes; empty where it gives none
 * @param transferFingerprint SHA-256 of its certificate there, in hex
 * @param shares names of the shared file systems that it has mounted, in order
 * @param diskGb disk for pods and volumes together, before overcommit
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
}
