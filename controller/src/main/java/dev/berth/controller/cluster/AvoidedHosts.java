package dev.berth.controller.cluster;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Hosts that a tenant wants its new pods kept off, and until when. Part of {@link ClusterState}, same thread. */
final class AvoidedHosts {
    private final NavigableMap<String, NavigableMap<HostId, Long>> untilByTenant = new TreeMap<>();

    void avoid(TenantId tenant, HostId hostId, long untilMillis) {
        untilByTenant.computeIfAbsent(tenant.value(), t -> new TreeMap<>()).put(hostId, untilMillis);
    }

    NavigableSet<HostId> of(TenantId tenant, long nowMillis) {
        NavigableSet<HostId> avoided = new TreeSet<>();
        NavigableMap<HostId, Long> untilByHost = untilByTenant.get(tenant.value());
        if (untilByHost != null) {
            untilByHost.forEach((hostId, until) -> {
                if (until > nowMillis) {
                    avoided.add(hostId);
                }
            });
        }
        return avoided;
    }

    /** When the next avoidance ends, after the given time; Long.MAX_VALUE for never. Looks at all of them. */
    long nextEnd(long afterMillis) {
        long next = Long.MAX_VALUE;
        for (NavigableMap<HostId, Long> hosts : untilByTenant.values()) {
            for (long until : hosts.values()) {
                next = until > afterMillis ? Math.min(next, until) : next;
            }
        }
        return next;
    }

    /** Follows the records' times, so that replay forgets exactly what was forgotten live. */
    void forgetBefore(long millis) {
        untilByTenant.values().forEach(hosts -> hosts.values().removeIf(until -> until <= millis));
        untilByTenant.values().removeIf(NavigableMap::isEmpty);
    }

    List<JournalRecord.HostAvoided> all() {
        List<JournalRecord.HostAvoided> all = new ArrayList<>();
        untilByTenant.forEach((tenant, hosts) -> hosts.forEach(
                (hostId, until) -> all.add(new JournalRecord.HostAvoided(new TenantId(tenant), hostId, until, 0))));
        return all;
    }
}
