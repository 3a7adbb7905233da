package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.HostBind;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.ImageLayers;
import dev.berth.agent.volume.MountedVolume;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.PodVolumes;
import dev.berth.agent.volume.SharePurge;
import dev.berth.agent.volume.Shares;
import dev.berth.agent.volume.SystemImage;
import dev.berth.agent.volume.VolumeCopy;
import dev.berth.agent.volume.VolumeException;
import dev.berth.agent.volume.VolumeException.Kind;
import dev.berth.agent.volume.VolumeManifest;
import dev.berth.agent.volume.VolumeStore;
import dev.berth.agent.volume.WantedMount;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link VolumeSteps} on the host's disk: orders in the words of the store, its copies in those of the engine. */
public final class HostVolumes implements VolumeSteps {
    /** What a mount itself writes: a journal replayed, a check and how to undo it. Asked for, so that it is looked at. */
    private static final long MOUNT_BYTES = 16L << 20;

    private final VolumeStore store;
    private final PodMounts mounts;
    private final DiskWatch watch;
    private final Shares shares;
    private final SharePurge sharePurge;
    private final Fillings fillings;

    /** @param runtime whose images volumes are filled from where their layers cannot be laid below */
    public HostVolumes(VolumeStore store, PodMounts mounts, DiskWatch watch, Shares shares, ContainerRuntime runtime) {
        this.store = store;
        this.mounts = mounts;
        this.watch = watch;
        this.shares = shares;
        this.sharePurge = new SharePurge(shares);
        this.fillings = new Fillings(runtime, watch);
    }

    @Override
    public Mounted mount(Assignment assignment, List<VolumeOrder> orders, ImageFacts image) {
        watch.requireRoom("pod " + assignment.key(), MOUNT_BYTES);
        List<WantedMount> wanted = new ArrayList<>();
        boolean hasSystem = false;
        for (VolumeMount mount : assignment.volumes()) {
            switch (mount.kind()) {
                case SYSTEM -> {
                    hasSystem = true;
                    wanted.add(new WantedMount.SystemMount(mount.key(), made(mount.key(), orders)));
                }
                case POD ->
                    wanted.add(new WantedMount.PodMountAt(mount.key(), made(mount.key(), orders), mount.path(), false));
                case NETWORK ->
                    wanted.add(new WantedMount.NetworkMountAt(
                            mount.key().volumeId(), shares.use(mount.share()), mount.path(), false));
            }
        }
        PodVolumes made =
                mounted(assignment, wanted, hasSystem ? systemImage(assignment, image) : null, image.volumes());
        return new Mounted(
                made.binds().stream()
                        .map(bind -> new HostBind(bind.hostPath(), bind.containerPath(), bind.readOnly()))
                        .toList(),
                made.warnings());
    }

    /** Makes the copy where it may be made; answers with the size that it shall have. */
    private long made(VolumeKey key, List<VolumeOrder> orders) {
        VolumeOrder order = orders.stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new VolumeException(
                        Kind.CONFLICT, "volume " + key + " is in no order of the controller; nothing was mounted"));
        if (order.proven() || order.restoredFrom() > 0) {
            requirePresent(order);
        } else {
            store.create(VolumeManifest.fresh(key, order.kind(), order.tenantId(), order.podId(), order.sizeBytes()));
        }
        return order.sizeBytes();
    }

    private void requirePresent(VolumeOrder order) {
        try {
            store.manifest(order.key());
        } catch (VolumeException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw new VolumeException(
                        Kind.NOT_FOUND,
                        "volume " + order.key() + " was on this host's disk and is missing; it is not made anew. Put"
                                + " its folder back, or restore another copy",
                        e);
            }
            throw e;
        }
    }

    private PodVolumes mounted(
            Assignment assignment, List<WantedMount> wanted, @Nullable SystemImage image, List<String> declared) {
        try {
            return mounts.mount(assignment.key(), assignment.tenantId(), wanted, image, declared);
        } finally {
            fillings.end(assignment.key());
        }
    }

    private SystemImage systemImage(Assignment pod, ImageFacts image) {
        return image.layers().isEmpty()
                ? new SystemImage.Archived(
                        image.reference(), image.sizeBytes(), () -> fillings.archive(pod.key(), image))
                : new SystemImage.Layered(
                        image.reference(), image.sizeBytes(), ImageLayers.ofGraphDriver(image.layers()));
    }

    @Override
    public void giveUpFilling(PodKey pod) {
        fillings.giveUp(pod);
    }

    @Override
    public void unmount(PodKey pod) {
        fillings.end(pod);
        mounts.unmount(pod);
    }

    @Override
    public Listing list() {
        return new Listing(List.copyOf(mounts.leftovers()), found(store.list()));
    }

    private List<FoundCopy> found(List<VolumeCopy> copies) {
        SortedMap<VolumeKey, MountedVolume> mounted = new TreeMap<>();
        for (MountedVolume volume : mounts.mounted()) {
            mounted.put(volume.volume(), volume);
        }
        List<FoundCopy> all = new ArrayList<>();
        for (VolumeCopy copy : copies) {
            FoundCopy found = found(copy, mounted);
            if (found != null) {
                all.add(found);
            }
        }
        return all;
    }

    /** Null: not a volume, whatever it is; it stays where it is. */
    private @Nullable FoundCopy found(VolumeCopy copy, SortedMap<VolumeKey, MountedVolume> mounted) {
        VolumeKey key = copy.key();
        if (key == null) {
            return null;
        }
        VolumeManifest manifest = copy.manifest();
        MountedVolume mount = copy.place() == VolumeCopy.Place.PRESENT ? mounted.get(key) : null;
        return new FoundCopy(
                key,
                switch (copy.place()) {
                    case PRESENT -> FoundCopy.Place.PRESENT;
                    case TRASHED -> FoundCopy.Place.TRASHED;
                    case PARTIAL -> FoundCopy.Place.PARTIAL;
                },
                manifest == null ? 0 : manifest.sizeBytes(),
                copy.allocatedBytes(),
                mount != null,
                mount != null && watch.isFrozen(mount),
                copy.problem());
    }

    /** The copy of this key as it lies here now; null where there is none. */
    @Nullable
    FoundCopy find(VolumeKey key) {
        return found(store.find(key)).stream()
                .min((one, other) -> one.place().compareTo(other.place()))
                .orElse(null);
    }

    VolumeStore store() {
        return store;
    }

    /** Exactly what is ordered: a copy from this host's trash, or a network volume from its share. */
    void purge(VolumeOrder order) {
        if (order.kind() == VolumeKind.NETWORK) {
            sharePurge.purge(order.share(), order.key(), order.tenantId());
        } else {
            store.purge(order.key());
        }
    }

    @Override
    public void requireRoom(String what) {
        watch.requireRoom(what, 0);
    }

    @Override
    public boolean isFrozen(PodKey pod) {
        return watch.isFrozen(pod);
    }

    @Override
    public void thaw(PodKey pod) {
        watch.thawForStop(pod);
    }
}
