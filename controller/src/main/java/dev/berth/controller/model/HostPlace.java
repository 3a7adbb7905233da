package dev.berth.controller.model;

import java.util.Map;

/** Where a host stands and how its operator marks it. Labels are ordered; {@code fabric} groups hosts for gangs. */
public record HostPlace(String region, String dataCenter, Map<String, String> labels) {
    private static final String FABRIC = "fabric";

    public static HostPlace in(String region) {
        return new HostPlace(region, "", Map.of());
    }

    /** Name of the fast network that the host is on; empty for none. */
    public String fabric() {
        return labels.getOrDefault(FABRIC, "");
    }
}
