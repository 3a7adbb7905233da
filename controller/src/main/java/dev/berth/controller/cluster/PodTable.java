package dev.berth.controller.cluster;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All pods with the orders in which they are asked for: by age, by name, by place in the queue, by end. Part of
 * {@link ClusterState}, same thread.
 */
final class PodTable {
    private final Map<PodId, Pod> byId = new HashMap<>();
    private final NavigableMap<PodOrder, Pod> byAge = new TreeMap<>();
    private final Map<NameKey, NavigableMap<PodOrder, Pod>> liveByName = new HashMap<>();
    private final Map<NameKey, NavigableMap<EndOrder, Pod>> endedByName = new HashMap<>();
    private final RankedQueue queue = new RankedQueue();
    private final NavigableMap<EndOrder, Pod> byEnd = new TreeMap<>();
    private final Map<PodId, List<PodEvent>> events = new HashMap<>();

    void put(Pod pod) {
        Pod before = byId.put(pod.id(), pod);
        if (before != null
                && before.isQueued()
                && !(pod.isQueued() && before.spec().priority() == pod.spec().priority())) {
            queue.remove(before);
        }
        if (before != null && !before.name().equals(pod.name())) {
            drop(liveByName, NameKey.of(before), PodOrder.of(before));
        }
        if (pod.isQueued()) {
            queue.put(pod);
        }
        byAge.put(PodOrder.of(pod), pod);
        putByName(pod);
        if (pod.state().isFinal()) {
            byEnd.put(EndOrder.of(pod), pod);
        }
    }

    void forget(Pod pod) {
        byId.remove(pod.id());
        byAge.remove(PodOrder.of(pod));
        byEnd.remove(EndOrder.of(pod));
        drop(endedByName, NameKey.of(pod), EndOrder.of(pod));
        events.remove(pod.id());
    }

    void addEvent(PodId id, PodEvent event) {
        events.computeIfAbsent(id, key -> new ArrayList<>(4)).add(event);
    }

    @Nullable
    Pod get(PodId id) {
        return byId.get(id);
    }

    Pod require(PodId id) {
        Pod pod = byId.get(id);
        if (pod == null) {
            throw new IllegalStateException("A record speaks of pod " + id + ", which does not exist");
        }
        return pod;
    }

    NavigableMap<PodOrder, Pod> byAge() {
        return byAge;
    }

    Collection<Pod> liveNamed(TenantId tenant, String name) {
        NavigableMap<PodOrder, Pod> named = liveByName.get(new NameKey(tenant, name));
        return named == null ? List.of() : named.values();
    }

    @Nullable
    Pod lastEndedNamed(TenantId tenant, String name) {
        NavigableMap<EndOrder, Pod> named = endedByName.get(new NameKey(tenant, name));
        return named == null ? null : named.lastEntry().getValue();
    }

    Collection<Pod> queue() {
        return queue.pods();
    }

    int queuePosition(Pod pod) {
        return queue.rank(pod);
    }

    /** All of them for as long as the pod is known, oldest first; a view. */
    List<PodEvent> events(PodId id) {
        return Collections.unmodifiableList(events.getOrDefault(id, List.of()));
    }

    /** Final pods that ended before the instant, oldest end first. */
    Collection<Pod> endedBefore(long millis) {
        return byEnd.headMap(new EndOrder(millis, new PodId(""))).values();
    }

    private void putByName(Pod pod) {
        NameKey key = NameKey.of(pod);
        if (pod.state().isFinal()) {
            drop(liveByName, key, PodOrder.of(pod));
            endedByName.computeIfAbsent(key, k -> new TreeMap<>()).put(EndOrder.of(pod), pod);
        } else {
            liveByName.computeIfAbsent(key, k -> new TreeMap<>()).put(PodOrder.of(pod), pod);
        }
    }

    private static <O> void drop(Map<NameKey, NavigableMap<O, Pod>> byName, NameKey key, O order) {
        NavigableMap<O, Pod> named = byName.get(key);
        if (named != null && named.remove(order) != null && named.isEmpty()) {
            byName.remove(key);
        }
    }

    private record NameKey(TenantId tenant, String name) {
        static NameKey of(Pod pod) {
            return new NameKey(pod.tenant(), pod.name());
        }
    }

    private record EndOrder(long endedMillis, PodId id) implements Comparable<EndOrder> {
        static EndOrder of(Pod pod) {
            return new EndOrder(pod.times().endedMillis(), pod.id());
        }

        @Override
        public int compareTo(EndOrder other) {
            int byEnd = Long.compare(endedMillis, other.endedMillis);
            return byEnd != 0 ? byEnd : id.compareTo(other.id);
        }
    }
}
