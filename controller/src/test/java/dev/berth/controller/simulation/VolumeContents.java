package dev.berth.controller.simulation;

import dev.berth.agent.model.VolumeKey;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.Whereabouts;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each volume must hold (INV-18, INV-21): whoever mounts it finds all that was written to it and unmounted in order,
 * wherever it is by then, and nothing that is not of it; only a loss of power takes what was not yet synced.
 */
final class VolumeContents implements RecordObserver {
    private final SortedMap<String, Truth> truths = new TreeMap<>();

    private static final class Truth {
        @Nullable
        Written latest;

        @Nullable
        Written synced;
    }

    private Truth truth(String volumeId) {
        return truths.computeIfAbsent(volumeId, id -> new Truth());
    }

    void mounted(VolumeKey key, @Nullable Written found) {
        Truth truth = truth(key.volumeId());
        Violation.unless(
                isKept(truth, found),
                () -> "INV-21: volume " + key + " is mounted with " + Written.words(found) + "; synced were "
                        + Written.words(truth.synced) + ", written " + Written.words(truth.latest));
        truth.latest = found;
        truth.synced = found;
    }

    /** All that was synced, and of the rest whatever was left. */
    private static boolean isKept(Truth truth, @Nullable Written found) {
        Written one = truth.latest;
        while (one != found && one != truth.synced && one != null) {
            one = one.before;
        }
        return one == found;
    }

    /** Whether a copy that nobody writes to holds what must not be lost. */
    boolean holds(String volumeId, @Nullable Written content) {
        return isKept(truth(volumeId), content);
    }

    void wrote(String volumeId, Written now) {
        Truth truth = truth(volumeId);
        Violation.unless(
                now.before == truth.latest,
                () -> "INV-09: " + now.by + " writes to volume " + volumeId + " after " + Written.words(now.before)
                        + ", though there were " + Written.words(truth.latest));
        truth.latest = now;
    }

    void synced(String volumeId, @Nullable Written content) {
        truth(volumeId).synced = content;
    }

    /** A volume that no host has ever confirmed is begun anew where its pod is placed; what was made of it is laid aside. */
    @Override
    public void before(JournalRecord entry, ClusterView durable) {
        if (!(entry instanceof JournalRecord.PodPlaced placed)) {
            return;
        }
        for (Volume volume : durable.volumesOf(placed.podId())) {
            Whereabouts now = volume.whereabouts();
            if (!now.proven() && now.hostId() != null && !now.hostId().equals(placed.hostId())) {
                Violation.unless(
                        now.restoredFrom() == 0, () -> "INV-18: a restored volume is begun anew: " + volume + placed);
                truths.remove(volume.id().value());
            }
        }
    }

    @Override
    public void after(JournalRecord entry, ClusterView durable) {}
}
