package dev.berth.controller.cluster;

import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostEvent;
import dev.berth.controller.model.HostId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All hosts by id and by name, and what happened to them by command. Part of {@link ClusterState}, same thread. */
final class HostTable {
    private static final int MAX_EVENTS = 200;

    private final NavigableMap<HostId, Host> hosts = new TreeMap<>();
    private final Map<String, HostId> byName = new HashMap<>();
    private final Map<HostId, Deque<HostEvent>> events = new HashMap<>();

    void put(Host host) {
        Host before = hosts.put(host.id(), host);
        if (before == null || !before.name().equals(host.name())) {
            if (before != null) {
                byName.remove(before.name(), host.id());
            }
            byName.put(host.name(), host.id());
        }
    }

    void addEvent(HostId id, HostEvent event) {
        Deque<HostEvent> ofHost = events.computeIfAbsent(id, key -> new ArrayDeque<>());
        ofHost.add(event);
        if (ofHost.size() > MAX_EVENTS) {
            ofHost.removeFirst();
        }
    }

    List<HostEvent> events(HostId id) {
        return List.copyOf(events.getOrDefault(id, new ArrayDeque<>()));
    }

    Collection<Host> all() {
        return hosts.values();
    }

    @Nullable
    Host get(HostId id) {
        return hosts.get(id);
    }

    /** By name, else by id. */
    @Nullable
    Host named(String idOrName) {
        return hosts.get(byName.getOrDefault(idOrName, new HostId(idOrName)));
    }

    Host require(HostId id) {
        Host host = hosts.get(id);
        if (host == null) {
            throw new IllegalStateException("A record speaks of host " + id + ", which never joined");
        }
        return host;
    }
}
