package dev.berth.agent.container;

import java.util.List;

/**
 * What of its host a container has: folders, ports, disk.
 *
 * @param binds in the order in which they are mounted
 * @param diskGb limit of its writable layer, where the engine's storage driver can; 0: none
 */
public record Fittings(List<HostBind> binds, List<PublishedPort> ports, int diskGb) {
    public static final Fittings NONE = new Fittings(List.of(), List.of(), 0);

    public Fittings {
        binds = List.copyOf(binds);
        ports = List.copyOf(ports);
    }

    boolean hasSystemVolume() {
        return binds.stream().anyMatch(bind -> bind.containerPath().equals("/run"));
    }
}
