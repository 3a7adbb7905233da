package dev.berth.controller.cluster;

import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.model.Whereabouts;
import java.util.List;

/**
 * What records do to volumes and their copies. A copy leaves a host only by a record that names it with its generation.
 * Part of {@link ClusterState}, same thread.
 */
final class VolumeMoves {
    private static final VolumeKind[] OWN = {VolumeKind.SYSTEM, VolumeKind.POD};

    private final ClusterTables tables;
    private final VolumeTable volumes;

    VolumeMoves(ClusterTables tables) {
        this.tables = tables;
        this.volumes = tables.volumes;
    }

    void apply(JournalRecord.OfVolume entry) {
        switch (entry) {
            case JournalRecord.VolumeCreated r -> create(r);
            case JournalRecord.VolumeResized r ->
                put(volumes.require(r.volumeId()).withSize(r.sizeGb(), tables.version));
            case JournalRecord.VolumeProven r -> prove(r);
            case JournalRecord.VolumeTrashed r -> trash(r);
            case JournalRecord.VolumeRestored r -> restore(r);
            case JournalRecord.CopyOrdered r -> order(r.key(), r.hostId(), r.goal(), r.atMillis());
            case JournalRecord.CopyForgotten r -> forget(r);
        }
    }

    /** What the pod's spec asks for exists from here on; what exists grows with it, and never shrinks. */
    void follow(Pod pod, long atMillis) {
        for (VolumeKind kind : OWN) {
            int sizeGb = pod.spec().storage().sizeGb(kind);
            Volume volume = volumes.ofPod(pod.id(), kind);
            if (volume == null && sizeGb > 0) {
                put(new Volume(
                        VolumeId.derived(pod.id(), kind),
                        pod.tenant(),
                        kind,
                        "",
                        pod.id(),
                        VolumePlace.NONE,
                        sizeGb,
                        Whereabouts.NOWHERE,
                        atMillis,
                        0,
                        tables.version));
            } else if (volume != null && sizeGb > volume.sizeGb()) {
                put(volume.withSize(sizeGb, tables.version));
                // What a pod without a place asks for more, its host is asked for when it is placed there again.
                grow(volume.id(), pod.isPlaced() ? sizeGb : 0);
            }
        }
        use(pod);
    }

    /** A final pod uses nothing. */
    void use(Pod pod) {
        volumes.use(
                pod.id(),
                pod.state().isFinal()
                        ? List.of()
                        : pod.spec().storage().networkVolumes().keySet());
    }

    private void create(JournalRecord.VolumeCreated r) {
        tables.requests.remember(r.request(), r.volumeId().value(), r.atMillis());
        put(new Volume(
                r.volumeId(),
                r.tenant(),
                VolumeKind.NETWORK,
                r.name(),
                null,
                r.place(),
                r.sizeGb(),
                Whereabouts.NOWHERE,
                r.atMillis(),
                0,
                tables.version));
    }

    private void grow(VolumeId id, int claimedGb) {
        for (VolumeCopy copy : List.copyOf(volumes.copiesOf(id))) {
            if (copy.goal() == CopyGoal.KEEP || copy.goal() == CopyGoal.FETCH) {
                claim(copy.claiming(Math.max(copy.claimedGb(), claimedGb)));
            }
            tables.touchCopy(copy.hostId(), copy.key());
        }
    }

    /**
     * The pod is placed there: its volumes begin there, are there, or are to follow. A rescue is placed without a look at
     * the host's disk, so there they stay as large as they are.
     */
    void arrive(PodId podId, HostId hostId, long atMillis) {
        boolean rescue = tables.pods.require(podId).isRescue();
        for (Volume volume : volumes.ofPod(podId)) {
            Whereabouts now = volume.whereabouts();
            if (hostId.equals(now.hostId())) {
                grow(volume.id(), rescue ? 0 : volume.sizeGb());
                continue;
            }
            if (now.proven()) {
                put(volume.with(now.moving(), tables.version));
                order(new VolumeKey(volume.id(), now.highestGeneration() + 1), hostId, CopyGoal.FETCH, atMillis);
            } else {
                if (now.hostId() != null) {
                    // It never said so, but may have made it and written to it: laid aside like any other.
                    order(volume.current(), now.hostId(), CopyGoal.TRASH, atMillis);
                }
                Whereabouts begun = now.begun(hostId);
                put(volume.with(begun, tables.version));
                order(new VolumeKey(volume.id(), begun.generation()), hostId, CopyGoal.KEEP, atMillis);
            }
        }
    }

    private void prove(JournalRecord.VolumeProven r) {
        Volume volume = volumes.require(r.key().volumeId());
        VolumeCopy copy = volumes.requireCopy(r.hostId(), r.key());
        VolumeKey before = volume.current();
        HostId from = volume.whereabouts().hostId();
        if (copy.goal() != CopyGoal.KEEP && copy.goal() != CopyGoal.FETCH) {
            throw new IllegalStateException("Copy " + r.key() + " is to " + copy.goal() + " and cannot count");
        }
        put(volume.with(volume.whereabouts().proven(r.hostId(), r.key().generation()), tables.version));
        order(r.key(), r.hostId(), CopyGoal.KEEP, copy.goal() == CopyGoal.FETCH ? r.atMillis() : copy.sinceMillis());
        if (copy.goal() == CopyGoal.FETCH && from != null) {
            order(before, from, CopyGoal.TRASH, r.atMillis());
        }
    }

    private void trash(JournalRecord.VolumeTrashed r) {
        Volume volume = volumes.require(r.volumeId());
        put(volume.trashed(r.atMillis(), tables.version));
        for (VolumeCopy copy : List.copyOf(volumes.copiesOf(r.volumeId()))) {
            switch (copy.goal()) {
                case KEEP -> order(copy.key(), copy.hostId(), CopyGoal.TRASH, r.atMillis());
                case FETCH -> order(copy.key(), copy.hostId(), CopyGoal.PURGE, r.atMillis());
                case TRASH, PURGE -> {}
            }
        }
        VolumeCopy source = volumes.copy(source(volume));
        if (source != null && source.goal() == CopyGoal.TRASH) {
            // Perhaps it was never taken out of there: then this is what can be restored, for the whole time from now.
            order(source.key(), source.hostId(), CopyGoal.TRASH, r.atMillis());
        }
        if (volume.kind() != VolumeKind.NETWORK && volumes.copiesOf(volume.id()).isEmpty()) {
            // Nothing of it was ever made.
            volumes.forget(volume.id());
        }
    }

    private void restore(JournalRecord.VolumeRestored r) {
        Volume volume = volumes.require(r.volumeId());
        VolumeKey old = volume.current();
        Volume restored = volume.restored(r.podId(), tables.version);
        put(restored);
        HostId hostId = volume.whereabouts().hostId();
        if (hostId != null) {
            VolumeCopy laidAside = volumes.requireCopy(hostId, old);
            int takenGb = r.claimedGb() > 0 ? r.claimedGb() : laidAside.claimedGb();
            // Laid aside anew: it is not to be purged while it is taken out. It is one file, and counts once.
            order(old, hostId, CopyGoal.TRASH, r.atMillis(), 0);
            order(restored.current(), hostId, CopyGoal.KEEP, r.atMillis(), takenGb);
        }
    }

    /** What the copy that counts is to be made of, as long as no host has said that it was; generation 0 for nothing. */
    private static VolumeKey source(Volume volume) {
        Whereabouts now = volume.whereabouts();
        return new VolumeKey(volume.id(), now.proven() ? 0 : now.restoredFrom());
    }

    private void order(VolumeKey key, HostId hostId, CopyGoal goal, long atMillis) {
        VolumeCopy before = volumes.copy(key);
        order(key, hostId, goal, atMillis, before == null ? sizeOnDiskGb(key.volumeId()) : before.claimedGb());
    }

    private void order(VolumeKey key, HostId hostId, CopyGoal goal, long atMillis, int claimedGb) {
        tables.touchCopy(hostId, key);
        long revision = tables.hosts.require(hostId).desiredRevision();
        claim(new VolumeCopy(key, hostId, goal, atMillis, revision, claimedGb));
        touchOthers(key);
    }

    private void forget(JournalRecord.CopyForgotten r) {
        VolumeCopy gone = volumes.requireCopy(r.hostId(), r.key());
        volumes.dropCopy(gone);
        tables.disks.drop(r.hostId(), r.key());
        tables.touchCopy(r.hostId(), r.key());
        touchOthers(r.key());
        Volume volume = volumes.get(r.key().volumeId());
        VolumeCopy former = volume == null ? null : volumes.copy(source(volume));
        if (volume != null && volume.current().equals(r.key()) && former != null) {
            put(volume.with(volume.whereabouts().backInTrash(), tables.version));
            claim(former.claiming(gone.claimedGb()));
        }
        if (volume != null
                && volume.isTrashed()
                && volumes.copiesOf(volume.id()).isEmpty()) {
            volumes.forget(volume.id());
        }
    }

    /** Who may fetch from whom stands in the orders of both. */
    private void touchOthers(VolumeKey key) {
        for (VolumeCopy copy : List.copyOf(volumes.copiesOf(key.volumeId()))) {
            if (!copy.key().equals(key)) {
                tables.touchCopy(copy.hostId(), copy.key());
            }
        }
    }

    void touchAll(VolumeId id) {
        List.copyOf(volumes.copiesOf(id)).forEach(copy -> tables.touchCopy(copy.hostId(), copy.key()));
    }

    /** Out of a snapshot. */
    void take(VolumeCopy copy) {
        claim(
                copy.claimedGb() != VolumeCopy.NOT_SAID_GB
                        ? copy
                        : copy.claiming(sizeOnDiskGb(copy.key().volumeId())));
    }

    /** A network volume takes nothing of a host's own disk. */
    private int sizeOnDiskGb(VolumeId id) {
        Volume volume = volumes.get(id);
        return volume == null || volume.kind() == VolumeKind.NETWORK ? 0 : volume.sizeGb();
    }

    private void claim(VolumeCopy copy) {
        volumes.putCopy(copy);
        if (copy.claimedGb() > 0) {
            tables.disks.put(copy.hostId(), copy.key(), copy.claimedGb());
        } else {
            tables.disks.drop(copy.hostId(), copy.key());
        }
    }

    private void put(Volume volume) {
        volumes.put(volume);
        tables.touchVolume(volume);
    }
}
