package dev.berth.controller.host;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Timings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * Decides which silent hosts are lost. When more than a third of the fleet (and more than one host) falls silent at
 * once, it is rather the network or the controller that failed: then nobody is, until enough have come back or an
 * administrator took them out of service. Part of {@link HostLiveness}, same thread.
 */
final class MassBrake {
    private final Timings timings;
    /** Their lease has ended, they are silent and not yet declared lost. */
    private final NavigableSet<HostId> waiting = new TreeSet<>();
    /** Declared lost within the window, oldest first. */
    private final SequencedMap<HostId, Long> declared = new LinkedHashMap<>();

    private final NavigableSet<HostId> outOfService = new TreeSet<>();
    private int hostsInService;
    private boolean holds;

    MassBrake(Timings timings) {
        this.timings = timings;
    }

    void ended(HostId hostId) {
        waiting.add(hostId);
    }

    void heard(HostId hostId) {
        waiting.remove(hostId);
        declared.remove(hostId);
    }

    /** Hosts in maintenance and those given up: their silence alarms nobody and counts nowhere. */
    void setInService(HostId hostId, boolean inService) {
        if (inService) {
            outOfService.remove(hostId);
        } else {
            outOfService.add(hostId);
            declared.remove(hostId);
        }
    }

    /** The controller was away: what it held against these hosts no longer counts. */
    List<HostId> forgive() {
        List<HostId> forgiven = List.copyOf(waiting);
        waiting.clear();
        return forgiven;
    }

    /** Those that are lost from now on, by id. */
    List<HostId> declare(int hosts, long nowMillis) {
        hostsInService = hosts - outOfService.size();
        while (!declared.isEmpty() && declared.firstEntry().getValue() <= nowMillis - timings.brakeWindowMillis()) {
            declared.pollFirstEntry();
        }
        long counted =
                waiting.stream().filter(host -> !outOfService.contains(host)).count() + declared.size();
        holds = counted > Math.max(1, hostsInService / 3);
        List<HostId> lost = waiting.stream()
                .filter(host -> !holds || outOfService.contains(host))
                .toList();
        for (HostId hostId : lost) {
            waiting.remove(hostId);
            if (!outOfService.contains(hostId)) {
                declared.put(hostId, nowMillis);
            }
        }
        // With nobody left to hold back it is only a memory of losses.
        holds = holds && !waiting.isEmpty();
        return lost;
    }

    boolean holds() {
        return holds;
    }

    String sentence() {
        return waiting.size() + " of " + hostsInService
                + " hosts fell silent at once, more than a third: their pods are"
                + " not replaced before enough hosts are back. Look for a failed network first; hosts that are truly"
                + " off can be given up one by one.";
    }
}
