package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.volume.VolumeCopy.Place;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The copies of volumes on this host: one folder each with a manifest and a sparse file that is a file system. Every
 * method may be repeated and may have been cut off anywhere before. Nothing is removed but by {@link #purge} of exactly
 * one key, which is trashed or partial. Any thread; calls for one volume wait for each other.
 */
public final class VolumeStore {
    private static final long SMALLEST_BYTES = 16L << 20;
    private static final long BUSY_SECONDS = 20;

    private final VolumeFolders folders;
    private final VolumeListing listing;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** A volume that only the calling thread may touch until it closes this. May be taken again by that thread. */
    public static final class Hold implements AutoCloseable {
        private final ReentrantLock lock;

        private Hold(ReentrantLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            lock.unlock();
        }
    }

    /** A file operation within a hold. */
    private interface Step<T> {
        T run() throws IOException;
    }

    /** Makes the folder when it is missing. */
    public VolumeStore(Path folder) throws IOException {
        this.folders = new VolumeFolders(folder);
        this.listing = new VolumeListing(folders);
    }

    /** The copies of one key, in order of place; nothing else is looked at. */
    public List<VolumeCopy> find(VolumeKey key) {
        return listing.find(key);
    }

    /** Every copy that lies here, in order of place and name; the unreadable with what is wrong with them. */
    public List<VolumeCopy> list() {
        return listing.list();
    }

    /** Makes an empty volume. One that exists with the same key, owner and kind is left alone, whatever its size. */
    public VolumeManifest create(VolumeManifest fresh) {
        VolumeKey key = fresh.key();
        return held(key, "make", () -> {
            Path present = folders.present(key);
            if (VolumeFolders.exists(present)) {
                VolumeManifest there = manifest(key);
                requireOwner(there, fresh);
                return there;
            }
            if (VolumeFolders.exists(folders.trashed(key))) {
                throw conflict(key, "cannot be made: it lies in the trash; restore it under a new generation");
            }
            if (fresh.sizeBytes() < SMALLEST_BYTES) {
                throw new VolumeException(
                        Kind.REFUSED_SIZE,
                        "volume " + key + " cannot have " + fresh.sizeBytes() + " bytes; ask for more");
            }
            Path making = folders.making(key);
            VolumeFolders.delete(making);
            Files.createDirectories(making);
            Path disk = makeSparse(making, fresh.sizeBytes());
            Ext4.make(disk, fresh.sizeBytes());
            VolumeFolders.sync(disk);
            new ManifestFile(making).write(fresh);
            VolumeFolders.move(making, present);
            return fresh;
        });
    }

    private static Path makeSparse(Path folder, long bytes) throws IOException {
        Path disk = folder.resolve(VolumeFolders.DISK);
        Files.createFile(disk, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        setLength(disk, bytes);
        return disk;
    }

    private static void setLength(Path disk, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(bytes);
            file.getFD().sync();
        }
    }

    /** Of a copy that is present. Throws NOT_FOUND, or DAMAGED where it cannot be read. */
    public VolumeManifest manifest(VolumeKey key) {
        return VolumeListing.require(folders.present(key), Place.PRESENT, "volume " + key);
    }

    /** The file with the file system of a copy that is present, for a mount, or for one who sends it unmounted. */
    public Path disk(VolumeKey key) {
        return folders.present(key).resolve(VolumeFolders.DISK);
    }

    /** Replaces the manifest of a copy that is present. */
    void record(VolumeManifest manifest) {
        held(manifest.key(), "record", () -> {
            manifest(manifest.key());
            new ManifestFile(folders.present(manifest.key())).write(manifest);
            return manifest;
        });
    }

    /**
     * Makes a volume larger; never smaller. A mounted one grows at once where this process may do that
     * (CAP_SYS_RESOURCE), else at its next mount.
     *
     * @return whether it has the size now
     */
    public boolean grow(VolumeKey key, long sizeBytes) {
        return held(key, "grow", () -> {
            VolumeManifest now = manifest(key);
            if (sizeBytes < now.sizeBytes()) {
                throw new VolumeException(
                        Kind.REFUSED_SIZE,
                        "volume " + key + " has " + now.sizeBytes() + " bytes and cannot shrink to " + sizeBytes);
            }
            if (sizeBytes > now.sizeBytes()) {
                record(now.withSize(sizeBytes));
            }
            Path disk = disk(key);
            lengthen(disk, sizeBytes);
            if (!Ext4.smallerThanFile(disk, "volume " + key)) {
                return true;
            }
            List<String> devices = Loops.of(disk);
            if (devices.isEmpty() || !Capabilities.mayGrowMounted()) {
                return false;
            }
            return Ext4.growMounted(devices.getFirst());
        });
    }

    private static void lengthen(Path disk, long bytes) throws IOException {
        if (Files.size(disk) < bytes) {
            setLength(disk, bytes);
        }
    }

    /**
     * Makes an unmounted copy ready to be mounted: journal replayed, slight damage mended, grown to its size. Throws
     * DAMAGED, with the file's bytes as they were, where more than that is wrong; BUSY while it is in use.
     */
    public void check(VolumeKey key) {
        held(key, "check", () -> {
            VolumeManifest manifest = manifest(key);
            Path disk = disk(key);
            String what = "volume " + key;
            Loops.awaitFree(disk, what, Duration.ofSeconds(BUSY_SECONDS));
            Ext4.check(disk, what);
            lengthen(disk, manifest.sizeBytes());
            if (!Capabilities.mayGrowMounted() && Ext4.smallerThanFile(disk, what)) {
                Ext4.growUnmounted(disk, what);
            }
            return manifest;
        });
    }

    /** Moves an unmounted copy to the trash, from where {@link #restore} gets it back. */
    public void trash(VolumeKey key) {
        held(key, "trash", () -> {
            Path present = folders.present(key);
            Path trashed = folders.trashed(key);
            if (!VolumeFolders.exists(present)) {
                return requireTrashed(key);
            }
            if (VolumeFolders.exists(trashed)) {
                throw conflict(key, "is both present and in the trash; one of the two has to be looked at by hand");
            }
            requireUnused(present, key);
            VolumeFolders.move(present, trashed);
            return trashed;
        });
    }

    /** Gets a trashed copy back under a higher generation, as the volume of that pod: its own, or one that inherits. */
    public VolumeManifest restore(VolumeKey key, int newGeneration, String podId) {
        VolumeKey restored = new VolumeKey(key.volumeId(), newGeneration);
        return held(key, "restore", () -> {
            if (newGeneration <= key.generation()) {
                throw conflict(key, "can only be restored under a higher generation than its own");
            }
            Path present = folders.present(restored);
            Path trashed = folders.trashed(key);
            if (!VolumeFolders.exists(trashed) && VolumeFolders.exists(present)) {
                return manifest(restored);
            }
            requireTrashed(key);
            if (VolumeFolders.exists(present)) {
                throw conflict(key, "cannot be restored: " + restored + " exists already");
            }
            VolumeManifest manifest = VolumeListing.require(trashed, Place.TRASHED, "volume " + key);
            VolumeManifest own = manifest.key().equals(key) ? manifest : manifest.as(key);
            VolumeManifest renewed = own.as(restored).of(podId);
            new ManifestFile(trashed).write(renewed);
            VolumeFolders.move(trashed, present);
            return renewed;
        });
    }

    /** Removes a trashed or partial copy for good; does nothing when there is none. Refuses one that is present. */
    public void purge(VolumeKey key) {
        held(key, "purge", () -> {
            Path trashed = folders.trashed(key);
            Path partial = folders.partial(key);
            boolean waiting = VolumeFolders.exists(trashed) || VolumeFolders.exists(partial);
            if (!waiting && VolumeFolders.exists(folders.present(key))) {
                throw conflict(key, "is not in the trash; only what was trashed can be purged");
            }
            for (Path copy : List.of(trashed, partial)) {
                if (VolumeFolders.exists(copy)) {
                    requireUnused(copy, key);
                    VolumeFolders.delete(copy);
                }
            }
            return key;
        });
    }

    /** The file that a fetch writes to; its folder is made when it is missing. */
    public Path partialDisk(VolumeKey key) {
        return held(key, "fetch", () -> {
            Path partial = folders.partial(key);
            if (!VolumeFolders.exists(partial)) {
                Files.createDirectories(partial);
                VolumeFolders.syncAbove(partial);
            }
            return partial.resolve(VolumeFolders.DISK);
        });
    }

    /**
     * Makes a fetched copy, whose bytes the caller has verified, one that may be mounted.
     *
     * @param manifest the sender's, {@link VolumeManifest#as as} the new key
     */
    public void adopt(VolumeManifest manifest) {
        VolumeKey key = manifest.key();
        held(key, "adopt", () -> {
            Path partial = folders.partial(key);
            Path present = folders.present(key);
            if (!VolumeFolders.exists(partial)) {
                requireOwner(manifest(key), manifest);
                return key;
            }
            if (VolumeFolders.exists(present) || VolumeFolders.exists(folders.trashed(key))) {
                throw conflict(key, "was fetched though it lies here already; the fetched one was left alone");
            }
            VolumeFolders.sync(partial.resolve(VolumeFolders.DISK));
            new ManifestFile(partial).write(manifest);
            VolumeFolders.move(partial, present);
            return key;
        });
    }

    /** Waits for whoever works on the volume; throws BUSY when that takes long, as a fetch from here does. */
    public Hold hold(VolumeKey key) {
        ReentrantLock lock = locks.computeIfAbsent(key.volumeId(), id -> new ReentrantLock());
        try {
            if (lock.tryLock(BUSY_SECONDS, TimeUnit.SECONDS)) {
                return new Hold(lock);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new VolumeException(Kind.BUSY, "volume " + key + " is being worked on by somebody else; try again");
    }

    /** Empty when somebody works on the volume. */
    Optional<Hold> tryHold(VolumeKey key) {
        ReentrantLock lock = locks.computeIfAbsent(key.volumeId(), id -> new ReentrantLock());
        return lock.tryLock() ? Optional.of(new Hold(lock)) : Optional.empty();
    }

    /** What each file of the store takes of the host's disk. */
    Map<Path, Long> allocatedBytes() {
        return VolumeListing.allocatedBytes(List.of(folders.root(Place.PRESENT)));
    }

    private <T> T held(VolumeKey key, String verb, Step<T> step) {
        try (Hold _ = hold(key)) {
            return step.run();
        } catch (IOException e) {
            throw new VolumeException(Kind.FAILED, "volume " + key + " could not be served (" + verb + "): " + e, e);
        }
    }

    private static void requireOwner(VolumeManifest there, VolumeManifest wanted) {
        if (!there.tenantId().equals(wanted.tenantId())
                || !there.podId().equals(wanted.podId())
                || there.kind() != wanted.kind()) {
            throw new VolumeException(
                    Kind.WRONG_OWNER,
                    "volume " + there.key() + " exists and belongs to " + there.kind() + " of pod " + there.podId()
                            + " of another order; it was left alone");
        }
    }

    private Path requireTrashed(VolumeKey key) {
        Path trashed = folders.trashed(key);
        if (!VolumeFolders.exists(trashed)) {
            throw new VolumeException(Kind.NOT_FOUND, "volume " + key + " is neither present nor in the trash here");
        }
        return trashed;
    }

    private static void requireUnused(Path copy, VolumeKey key) {
        Path disk = copy.resolve(VolumeFolders.DISK);
        if (VolumeFolders.exists(disk)) {
            Loops.awaitFree(disk, "volume " + key, Duration.ofSeconds(1));
        }
    }

    private static VolumeException conflict(VolumeKey key, String what) {
        return new VolumeException(Kind.CONFLICT, "volume " + key + " " + what);
    }
}
