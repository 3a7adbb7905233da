package dev.berth.controller.host;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.VolumeCopy;
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
    private static final long BYTES_PER_GB = 1L << 30;

    private final Map<HostId, NavigableMap<VolumeKey, ObservedCopy>> byHost = new HashMap<>();

    /** Of the above those in no order, of the hosts that have any. */
    private final NavigableMap<HostId, NavigableMap<VolumeKey, ObservedCopy>> unknown = new TreeMap<>();

    /** {@code full}: these are all that the host has. */
    public void told(HostId hostId, boolean full, List<ObservedCopy> copies) {
        if (full) {
            byHost.remove(hostId);
            unknown.remove(hostId);
        }
        for (ObservedCopy copy : copies) {
            note(hostId, copy);
            if (copy.condition() != ObservedCopy.Condition.ABSENT) {
                byHost.computeIfAbsent(hostId, id -> new TreeMap<>()).put(copy.key(), copy);
            } else if (byHost.containsKey(hostId)) {
                byHost.get(hostId).remove(copy.key());
            }
        }
    }

    private void note(HostId hostId, ObservedCopy copy) {
        if (copy.condition() == ObservedCopy.Condition.UNKNOWN) {
            unknown.computeIfAbsent(hostId, id -> new TreeMap<>()).put(copy.key(), copy);
            return;
        }
        NavigableMap<VolumeKey, ObservedCopy> ofHost = unknown.get(hostId);
        if (ofHost != null && ofHost.remove(copy.key()) != null && ofHost.isEmpty()) {
            unknown.remove(hostId);
        }
    }

    /** Null when the host has told nothing of it since this controller started. */
    public @Nullable ObservedCopy of(HostId hostId, VolumeKey key) {
        return byHost.getOrDefault(hostId, Collections.emptyNavigableMap()).get(key);
    }

    /**
     * How much less of its disk than it has given for them the host's copies in the trash take: nothing is written to
     * those any more. In GB; a copy that was not seen in the trash takes all it was given.
     */
    public long unusedTrashGb(ClusterView cluster, HostId hostId) {
        long unusedGb = 0;
        for (VolumeCopy copy : cluster.copiesOn(hostId)) {
            unusedGb += copy.claimedGb() - takenGb(copy);
        }
        return unusedGb;
    }

    /** What the copy counts of its host's disk: what it was given or, seen in the trash, what it takes of that. */
    public int takenGb(VolumeCopy copy) {
        boolean counts = copy.goal() == CopyGoal.KEEP || copy.goal() == CopyGoal.FETCH;
        ObservedCopy seen = counts ? null : of(copy.hostId(), copy.key());
        if (seen == null || seen.condition() != ObservedCopy.Condition.TRASHED || seen.allocatedBytes() < 0) {
            return copy.claimedGb();
        }
        long takenGb = Math.max(1, Math.ceilDiv(seen.allocatedBytes(), BYTES_PER_GB));
        return (int) Math.min(copy.claimedGb(), takenGb);
    }

    /** What the host may still give of its disk; below 0 where it has less than it once had. */
    public long freeDiskGb(ClusterView cluster, Host host) {
        long givenGb = cluster.claimedDiskGb(host.id()) - unusedTrashGb(cluster, host.id());
        return host.inventory().allocatableDiskGb() - givenGb;
    }

    /** Hosts with copies in no order. */
    public Collection<HostId> hostsWithUnknown() {
        return Collections.unmodifiableCollection(unknown.keySet());
    }

    /** Those in no order, by volume and generation. */
    public Collection<ObservedCopy> unknownOn(HostId hostId) {
        return Collections.unmodifiableCollection(
                unknown.getOrDefault(hostId, Collections.emptyNavigableMap()).values());
    }
}
