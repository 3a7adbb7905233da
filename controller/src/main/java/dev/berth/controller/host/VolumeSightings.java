package dev.berth.controller.host;

import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.VolumeKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Soft state: what hosts saw last of the copies on their disks, also of those in no order. Kept while a host does not
 * answer, told anew by each full report. Belongs to the loop's thread.
 */
public final class VolumeSightings {
    private final Map<HostId, NavigableMap<VolumeKey, ObservedCopy>> byHost = new HashMap<>();

    /** {@code full}: these are all that the host has. */
    public void told(HostId hostId, boolean full, List<ObservedCopy> copies) {
        if (full) {
            byHost.remove(hostId);
        }
        for (ObservedCopy copy : copies) {
            if (copy.condition() != ObservedCopy.Condition.ABSENT) {
                byHost.computeIfAbsent(hostId, id -> new TreeMap<>()).put(copy.key(), copy);
            } else if (byHost.containsKey(hostId)) {
                byHost.get(hostId).remove(copy.key());
            }
        }
    }

    /** Null when the host has told nothing of it since this controller started. */
    public @Nullable ObservedCopy of(HostId hostId, VolumeKey key) {
        return byHost.getOrDefault(hostId, Collections.emptyNavigableMap()).get(key);
    }

    /** By volume and generation. */
    public Collection<ObservedCopy> on(HostId hostId) {
        return byHost.getOrDefault(hostId, Collections.emptyNavigableMap()).values();
    }
}
