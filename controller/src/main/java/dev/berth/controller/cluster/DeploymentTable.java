package dev.berth.controller.cluster;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentEvent;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.TenantId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedCollection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All deployments with their live pods, progress and history. Part of {@link ClusterState}, same thread.
 */
final class DeploymentTable {
    private static final int MAX_EVENTS = 1000;

    private final NavigableMap<Age, Deployment> byAge = new TreeMap<>();
    private final Map<DeploymentId, Entry> byId = new HashMap<>();
    private final Map<NameKey, DeploymentId> byName = new HashMap<>();

    void put(Deployment deployment) {
        Entry entry = byId.computeIfAbsent(deployment.id(), id -> new Entry(deployment, new DeploymentProgress()));
        entry.deployment = deployment;
        byAge.put(Age.of(deployment), deployment);
        byName.put(NameKey.of(deployment), deployment.id());
    }

    void restore(Deployment deployment, DeploymentProgress progress, List<DeploymentEvent> events) {
        Entry entry = new Entry(deployment, progress);
        entry.events.addAll(events);
        byId.put(deployment.id(), entry);
        put(deployment);
    }

    void remove(DeploymentId id) {
        Deployment gone = require(id).deployment;
        byId.remove(id);
        byAge.remove(Age.of(gone));
        byName.remove(NameKey.of(gone), id);
    }

    /** Takes in a member's new version: who is live, and what its end means. */
    void member(Pod now, long atMillis) {
        Entry entry =
                now.membership() == null ? null : byId.get(now.membership().deploymentId());
        if (entry == null || now.membership() == null) {
            return;
        }
        int index = now.membership().index();
        Pod before =
                now.state().isFinal() ? entry.live.remove(PodOrder.of(now)) : entry.live.put(PodOrder.of(now), now);
        if (now.state().isFinal()) {
            if (before != null) {
                entry.census.ends(before, index);
                entry.progress.ended(entry.deployment.spec(), before, now.status(), atMillis);
            }
        } else if (before == null) {
            entry.census.begins(now, index);
            entry.progress.begun(entry.deployment.spec(), index);
        } else {
            entry.census.changes(before, now);
        }
    }

    /** A live pod of a snapshot. */
    void restoreMember(Pod pod) {
        if (pod.membership() != null && !pod.state().isFinal()) {
            Entry entry = require(pod.membership().deploymentId());
            entry.live.put(PodOrder.of(pod), pod);
            entry.census.begins(pod, pod.membership().index());
        }
    }

    void addEvent(DeploymentId id, DeploymentEvent event) {
        Entry entry = byId.get(id);
        if (entry != null) {
            entry.events.add(event);
            if (entry.events.size() > MAX_EVENTS) {
                entry.events.removeFirst();
            }
        }
    }

    @Nullable
    Deployment get(DeploymentId id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.deployment;
    }

    @Nullable
    Deployment named(TenantId tenant, String name) {
        DeploymentId id = byName.get(new NameKey(tenant, name));
        return id == null ? null : get(id);
    }

    /** Oldest first. */
    SequencedCollection<Deployment> all() {
        return byAge.sequencedValues();
    }

    /** Pods that are not final, oldest first. */
    Collection<Pod> livePods(DeploymentId id) {
        Entry entry = byId.get(id);
        return entry == null ? List.of() : Collections.unmodifiableCollection(entry.live.values());
    }

    DeploymentProgress progress(DeploymentId id) {
        return require(id).progress;
    }

    /** Empty when there is no such deployment. */
    DeploymentCensus census(DeploymentId id) {
        Entry entry = byId.get(id);
        return entry == null ? new DeploymentCensus() : entry.census;
    }

    List<DeploymentEvent> events(DeploymentId id) {
        Entry entry = byId.get(id);
        return entry == null ? List.of() : List.copyOf(entry.events);
    }

    Entry require(DeploymentId id) {
        Entry entry = byId.get(id);
        if (entry == null) {
            throw new IllegalStateException("A record speaks of deployment " + id + ", which does not exist");
        }
        return entry;
    }

    static final class Entry {
        Deployment deployment;
        final DeploymentProgress progress;
        final NavigableMap<PodOrder, Pod> live = new TreeMap<>();
        final DeploymentCensus census = new DeploymentCensus();
        final Deque<DeploymentEvent> events = new ArrayDeque<>();

        Entry(Deployment deployment, DeploymentProgress progress) {
            this.deployment = deployment;
            this.progress = progress;
        }
    }

    private record NameKey(TenantId tenant, String name) {
        static NameKey of(Deployment deployment) {
            return new NameKey(deployment.tenant(), deployment.name());
        }
    }

    private record Age(long createdMillis, DeploymentId id) implements Comparable<Age> {
        static Age of(Deployment deployment) {
            return new Age(deployment.createdMillis(), deployment.id());
        }

        @Override
        public int compareTo(Age other) {
            int byAge = Long.compare(createdMillis, other.createdMillis);
            return byAge != 0 ? byAge : id.compareTo(other.id);
        }
    }
}
