package dev.berth.controller.cluster;

import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All volumes by age, whose they are, which pods name a network volume, and every copy that any host has or shall have.
 * Keeps, decides nothing. Part of {@link ClusterState}, same thread.
 */
final class VolumeTable {
    private final Map<VolumeId, Volume> byId = new LinkedHashMap<>();
    private final Map<VolumeId, Volume> trashed = new LinkedHashMap<>();
    private final Map<PodId, Map<VolumeKind, VolumeId>> byPod = new HashMap<>();
    private final Map<PodId, NavigableSet<VolumeId>> networkOfPod = new HashMap<>();
    private final Map<NameKey, VolumeId> networkByName = new HashMap<>();
    private final Map<VolumeId, NavigableSet<PodId>> users = new HashMap<>();
    private final Map<HostId, NavigableMap<VolumeKey, VolumeCopy>> copiesByHost = new HashMap<>();
    private final Map<VolumeId, NavigableMap<VolumeKey, VolumeCopy>> copiesByVolume = new HashMap<>();

    void put(Volume volume) {
        Volume before = byId.put(volume.id(), volume);
        if (before != null) {
            unindex(before);
        }
        if (volume.isTrashed()) {
            trashed.put(volume.id(), volume);
            return;
        }
        trashed.remove(volume.id());
        if (volume.podId() != null) {
            byPod.computeIfAbsent(volume.podId(), id -> new EnumMap<>(VolumeKind.class))
                    .put(volume.kind(), volume.id());
        } else {
            networkByName.put(NameKey.of(volume), volume.id());
        }
    }

    void forget(VolumeId id) {
        Volume volume = byId.remove(id);
        if (volume != null) {
            trashed.remove(id);
            unindex(volume);
        }
    }

    private void unindex(Volume volume) {
        if (volume.podId() == null) {
            networkByName.remove(NameKey.of(volume), volume.id());
            return;
        }
        Map<VolumeKind, VolumeId> ofPod = byPod.get(volume.podId());
        if (ofPod != null && ofPod.remove(volume.kind(), volume.id()) && ofPod.isEmpty()) {
            byPod.remove(volume.podId());
        }
    }

    /** The network volumes that the pod names from now on. */
    void use(PodId podId, Collection<VolumeId> volumes) {
        NavigableSet<VolumeId> before = networkOfPod.remove(podId);
        if (before != null) {
            before.forEach(id -> {
                NavigableSet<PodId> of = users.get(id);
                if (of != null && of.remove(podId) && of.isEmpty()) {
                    users.remove(id);
                }
            });
        }
        if (!volumes.isEmpty()) {
            networkOfPod.put(podId, new TreeSet<>(volumes));
            volumes.forEach(
                    id -> users.computeIfAbsent(id, key -> new TreeSet<>()).add(podId));
        }
    }

    void putCopy(VolumeCopy copy) {
        copiesByHost.computeIfAbsent(copy.hostId(), id -> new TreeMap<>()).put(copy.key(), copy);
        copiesByVolume
                .computeIfAbsent(copy.key().volumeId(), id -> new TreeMap<>())
                .put(copy.key(), copy);
    }

    void dropCopy(VolumeCopy copy) {
        drop(copiesByHost, copy.hostId(), copy.key());
        drop(copiesByVolume, copy.key().volumeId(), copy.key());
    }

    private static <K> void drop(Map<K, NavigableMap<VolumeKey, VolumeCopy>> by, K owner, VolumeKey key) {
        NavigableMap<VolumeKey, VolumeCopy> copies = by.get(owner);
        if (copies != null && copies.remove(key) != null && copies.isEmpty()) {
            by.remove(owner);
        }
    }

    @Nullable
    Volume get(VolumeId id) {
        return byId.get(id);
    }

    Volume require(VolumeId id) {
        Volume volume = byId.get(id);
        if (volume == null) {
            throw new IllegalStateException("A record speaks of volume " + id + ", which does not exist");
        }
        return volume;
    }

    @Nullable
    Volume networkNamed(TenantId tenant, String name) {
        VolumeId id = networkByName.get(new NameKey(tenant, name));
        return id == null ? null : byId.get(id);
    }

    /** The pod's own, in the order of kinds, without those in the trash. */
    List<Volume> ofPod(PodId podId) {
        return byPod.getOrDefault(podId, Map.of()).values().stream()
                .map(this::require)
                .toList();
    }

    @Nullable
    Volume ofPod(PodId podId, VolumeKind kind) {
        VolumeId id = byPod.getOrDefault(podId, Map.of()).get(kind);
        return id == null ? null : byId.get(id);
    }

    Collection<Volume> trashed() {
        return Collections.unmodifiableCollection(trashed.values());
    }

    Collection<VolumeId> networkOf(PodId podId) {
        return Collections.unmodifiableCollection(networkOfPod.getOrDefault(podId, Collections.emptyNavigableSet()));
    }

    NavigableSet<PodId> users(VolumeId id) {
        return users.getOrDefault(id, new TreeSet<>());
    }

    SequencedCollection<Volume> all() {
        return ((LinkedHashMap<VolumeId, Volume>) byId).sequencedValues();
    }

    Collection<VolumeCopy> copiesOn(HostId hostId) {
        return copiesByHost.getOrDefault(hostId, new TreeMap<>()).values();
    }

    Collection<VolumeCopy> copiesOf(VolumeId id) {
        return copiesByVolume.getOrDefault(id, new TreeMap<>()).values();
    }

    @Nullable
    VolumeCopy copy(VolumeKey key) {
        return copiesByVolume.getOrDefault(key.volumeId(), new TreeMap<>()).get(key);
    }

    VolumeCopy requireCopy(HostId hostId, VolumeKey key) {
        VolumeCopy copy = copy(key);
        if (copy == null || !copy.hostId().equals(hostId)) {
            throw new IllegalStateException(
                    "A record speaks of copy " + key + " on host " + hostId + ", which is not there");
        }
        return copy;
    }

    /** The copy on its way to where the volume's pod is placed; null for none. */
    @Nullable
    VolumeCopy fetched(VolumeId id) {
        for (VolumeCopy copy : copiesOf(id)) {
            if (copy.goal() == CopyGoal.FETCH) {
                return copy;
            }
        }
        return null;
    }

    private record NameKey(TenantId tenant, String name) {
        static NameKey of(Volume volume) {
            return new NameKey(volume.tenant(), volume.name());
        }
    }
}
