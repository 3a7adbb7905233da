package dev.berth.agent.volume;

import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.volume.VolumeException.Kind;
import dev.berth.agent.volume.WantedMount.NetworkMountAt;
import dev.berth.agent.volume.WantedMount.PodMountAt;
import dev.berth.agent.volume.WantedMount.SystemMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of pods, mounted and unmounted. What is mounted is read from the kernel each time and kept nowhere, so
 * that an agent that was restarted knows as much. Called before a container is created and after it has ended; any
 * thread, one at a time for one pod.
 */
public final class PodMounts {
    private static final Logger LOG = LoggerFactory.getLogger(PodMounts.class);
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final Duration DETACH = Duration.ofSeconds(20);
    private static final String DATA = "data";

    private final VolumeStore store;
    private final MountFolders folders;
    private final Unmounting unmounting;

    /** @param folder below which everything is mounted; made when it is missing */
    public PodMounts(VolumeStore store, Path folder) throws IOException {
        this(store, folder, DETACH);
    }

    /** @param detach how long an unmount waits for other namespaces to let go */
    PodMounts(VolumeStore store, Path folder, Duration detach) throws IOException {
        this.store = store;
        this.folders = new MountFolders(folder);
        this.unmounting = new Unmounting(store, folders, detach);
    }

    /**
     * Mounts what the pod shall have, all of it or nothing. The copies exist: creating one is an order of its own. What
     * is mounted for this very pod already is left as it is, so this may be repeated while the container runs.
     *
     * @param image needed with a system volume, and the one that the container is made from
     * @param declared paths that the image declares as volumes of its own
     */
    public PodVolumes mount(
            PodKey pod, String tenantId, List<WantedMount> wanted, @Nullable SystemImage image, List<String> declared) {
        boolean hasSystem = wanted.stream().anyMatch(SystemMount.class::isInstance);
        MountPath.check(containerPaths(wanted), hasSystem);
        List<VolumeBind> binds = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        boolean fresh = !leftovers().contains(pod);
        try {
            for (WantedMount one : wanted) {
                switch (one) {
                    case SystemMount system -> binds.addAll(system(pod, tenantId, system, image, warnings));
                    case PodMountAt at -> binds.add(data(pod, tenantId, at));
                    case NetworkMountAt at ->
                        binds.add(new VolumeBind(
                                NetworkVolume.folder(at.share(), at.volumeId(), tenantId),
                                at.containerPath(),
                                at.readOnly()));
                }
            }
            binds.addAll(DeclaredVolumes.of(binds, declared, number -> folders.bound(pod, number), warnings));
            return new PodVolumes(binds, warnings);
        } catch (IOException e) {
            throw rolledBack(
                    pod,
                    fresh,
                    new VolumeException(Kind.FAILED, "the volumes of pod " + pod + " could not be mounted: " + e, e));
        } catch (RuntimeException e) {
            // Also what the engine says of an image's archive.
            throw rolledBack(pod, fresh, e);
        }
    }

    private static List<String> containerPaths(List<WantedMount> wanted) {
        List<String> paths = new ArrayList<>();
        for (WantedMount one : wanted) {
            switch (one) {
                case SystemMount system -> {}
                case PodMountAt at -> paths.add(at.containerPath());
                case NetworkMountAt at -> paths.add(at.containerPath());
            }
        }
        return paths;
    }

    /** Only what this call mounted; over what was there before a container may run. */
    private <E extends RuntimeException> E rolledBack(PodKey pod, boolean fresh, E why) {
        try {
            if (fresh) {
                unmount(pod);
            }
        } catch (VolumeException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    private List<VolumeBind> system(
            PodKey pod, String tenantId, SystemMount wanted, @Nullable SystemImage image, List<String> warnings)
            throws IOException {
        VolumeKey key = wanted.volume();
        if (image == null) {
            throw new VolumeException(Kind.IMAGE_UNFIT, "system volume " + key + " has no image to lie over");
        }
        try (VolumeStore.Hold _ = store.hold(key)) {
            VolumeManifest manifest = admitted(pod, tenantId, key, VolumeKind.SYSTEM, wanted.sizeBytes());
            String warning = SystemVolume.size(
                    "system volume " + key, Math.max(manifest.sizeBytes(), wanted.sizeBytes()), image);
            if (!warning.isEmpty()) {
                warnings.add(warning);
            }
            Path fileSystem = mountFileSystem(pod, key);
            Path tree = tree(pod, manifest, fileSystem, image, warnings);
            Path ready = folders.ready(pod, key);
            if (!VolumeFolders.exists(ready)) {
                SystemVolume.directories(tree, image.reference());
                StaleFiles.clear(tree);
                Files.createFile(ready);
            }
            List<VolumeBind> binds = new ArrayList<>();
            for (String directory : SystemVolume.DIRECTORIES) {
                binds.add(new VolumeBind(SystemVolume.below(tree, directory), directory, false));
            }
            return binds;
        }
    }

    /** The whole tree of which the container gets parts. The first mount decides how the volume is built, for ever. */
    private Path tree(PodKey pod, VolumeManifest manifest, Path fileSystem, SystemImage image, List<String> warnings)
            throws IOException {
        VolumeKey key = manifest.key();
        if (manifest.build() == VolumeBuild.FILLED || SystemVolume.isFilled(fileSystem)) {
            String from = manifest.image().isEmpty() ? image.reference() : manifest.image();
            record(key, VolumeBuild.FILLED, from);
            if (!from.equals(image.reference())) {
                warnings.add("system volume " + key + " was filled from image " + from + " and keeps its files in "
                        + String.join(" ", SystemVolume.DIRECTORIES) + "; of image " + image.reference()
                        + " only what lies elsewhere is used");
            }
            return SystemVolume.filled(fileSystem);
        }
        return switch (image) {
            case SystemImage.Layered layered -> {
                Path root = folders.root(pod, key);
                if (!MountTable.read().has(root)) {
                    Files.createDirectories(root);
                    record(key, VolumeBuild.OVERLAY, image.reference());
                    SystemVolume.overlay(fileSystem, root, layered);
                }
                yield root;
            }
            case SystemImage.Archived archived -> {
                if (manifest.build() == VolumeBuild.OVERLAY || SystemVolume.hasChanges(fileSystem)) {
                    throw new VolumeException(
                            Kind.LAYERS_UNFIT,
                            "system volume " + key + " holds changes over an image's layers, and this host's engine"
                                    + " keeps none; run the pod on a host whose engine uses overlay2");
                }
                SystemVolume.fill(fileSystem, archived);
                LOG.info("system volume {} of {} was filled from image {}", key, pod, image.reference());
                record(key, VolumeBuild.FILLED, image.reference());
                yield SystemVolume.filled(fileSystem);
            }
        };
    }

    private void record(VolumeKey key, VolumeBuild build, String image) {
        VolumeManifest now = store.manifest(key);
        if (now.build() != build || !now.image().equals(image)) {
            store.record(now.withBuild(build, image));
        }
    }

    private VolumeBind data(PodKey pod, String tenantId, PodMountAt wanted) throws IOException {
        VolumeKey key = wanted.volume();
        try (VolumeStore.Hold _ = store.hold(key)) {
            admitted(pod, tenantId, key, VolumeKind.POD, wanted.sizeBytes());
            // Below the root, where lost+found is.
            Path data = SystemVolume.folder(mountFileSystem(pod, key).resolve(DATA), "rwxr-xr-x");
            return new VolumeBind(data, wanted.containerPath(), wanted.readOnly());
        }
    }

    /** Throws unless this pod's incarnation may mount the copy now. Its size is as wanted afterwards. */
    private VolumeManifest admitted(PodKey pod, String tenantId, VolumeKey key, VolumeKind kind, long sizeBytes) {
        VolumeManifest manifest = store.manifest(key);
        if (!manifest.tenantId().equals(tenantId) || !manifest.podId().equals(pod.podId()) || manifest.kind() != kind) {
            throw new VolumeException(
                    Kind.WRONG_OWNER,
                    "volume " + key + " is not the " + kind + " volume of pod " + pod.podId()
                            + " of that tenant; it was left alone");
        }
        if (pod.incarnation() < manifest.highestIncarnation()) {
            throw new VolumeException(
                    Kind.STALE_INCARNATION,
                    "volume " + key + " was mounted by incarnation " + manifest.highestIncarnation() + "; " + pod
                            + " is older and may not write to it");
        }
        for (MountedVolume other : mounted()) {
            if (other.volume().volumeId().equals(key.volumeId())
                    && !(other.pod().equals(pod) && other.volume().equals(key))) {
                throw new VolumeException(
                        Kind.BUSY,
                        "volume " + key + " is mounted as " + other.volume() + " by " + other.pod()
                                + "; unmount that first");
            }
        }
        if (sizeBytes > manifest.sizeBytes()) {
            store.grow(key, sizeBytes);
        }
        return store.manifest(key);
    }

    private Path mountFileSystem(PodKey pod, VolumeKey key) throws IOException {
        Path point = folders.fileSystem(pod, key);
        if (MountTable.read().has(point)) {
            return point;
        }
        Files.deleteIfExists(folders.ready(pod, key));
        VolumeManifest manifest = store.manifest(key);
        if (pod.incarnation() > manifest.highestIncarnation()) {
            // On disk before the first byte can be written: from here on an older incarnation is refused.
            store.record(manifest.withIncarnation(pod.incarnation()));
        }
        store.check(key);
        Files.createDirectories(point);
        Ext4Marks marks = Ext4Marks.read(store.disk(key));
        List<String> command = List.of(
                "mount",
                "-n",
                "-i",
                "-t",
                "ext4",
                "-o",
                "loop,nodev,discard,noinit_itable",
                store.disk(key).toString(),
                point.toString());
        VolumeTools.Ended ended = VolumeTools.attempt(QUICK, null, null, command);
        if (ended.status() != 0) {
            if (!Ext4.isDamage(ended.output())) {
                throw VolumeTools.failed(command, ended);
            }
            Loops.awaitFree(store.disk(key), "volume " + key, DETACH);
            marks.putBack(store.disk(key));
            Ext4.takeBack(store.disk(key), "volume " + key);
            throw Ext4.damaged("volume " + key, ended.output());
        }
        Ext4.accept(store.disk(key));
        for (MountedVolume volume : mounted()) {
            if (volume.point().equals(point)) {
                Loops.directly(volume.device());
                if (Ext4.smallerThanFile(store.disk(key), "volume " + key)) {
                    Ext4.growMounted(volume.device());
                }
            }
        }
        return point;
    }

    /**
     * Writes out and unmounts everything of the pod, in whatever state it is; nothing when nothing is mounted. When this
     * returns, all that was written is on disk and no mount or loop device is left.
     *
     * @throws VolumeException BUSY while something still uses a volume; NOT_SYNCED when all is unmounted but not all
     *     that was written had reached the disk
     */
    public void unmount(PodKey pod) {
        unmounting.unmount(pod);
    }

    /** The pods of which anything is mounted or was not unmounted in order, whatever the agent remembers. */
    public NavigableSet<PodKey> leftovers() {
        NavigableSet<PodKey> pods = new TreeSet<>(folders.pods());
        for (MountTable.Entry entry : MountTable.read().below(folders.all())) {
            folders.podOf(entry.point()).ifPresent(pods::add);
        }
        return pods;
    }

    /** The copies that are mounted now. */
    public List<MountedVolume> mounted() {
        return folders.mounted(MountTable.read());
    }
}
