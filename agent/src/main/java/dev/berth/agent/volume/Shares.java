package dev.berth.agent.volume;

import dev.berth.agent.store.DurableFile;
import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The shared file systems of this host. Each bears a mark, made at its first use by any host, and this host remembers
 * the mark it saw first: where another file system or a bare mount point lies at the path, as after a mount that failed,
 * nothing is written there and nothing is concluded from what is missing. Any thread.
 */
public final class Shares {
    private static final String MARK = ".share";
    /** "berthshr". */
    private static final long MAGIC = 0x6265727468736872L;

    private final SortedMap<String, Path> paths;
    private final Path memory;
    private final ReentrantLock remembering = new ReentrantLock();

    /** @param memory folder for the marks that this host has seen; made when one is to be kept */
    public Shares(SortedMap<String, Path> paths, Path memory) {
        this.paths = Collections.unmodifiableSortedMap(new TreeMap<>(paths));
        this.memory = memory;
    }

    /** The share's root, for a volume to be found or made there. The first use of all makes the mark. */
    public Path use(String name) {
        try {
            Path root = root(name);
            Path volumes = root.resolve(NetworkVolume.FOLDER);
            Optional<String> known = known(name);
            String mark = mark(volumes);
            if (mark == null && known.isEmpty()) {
                NetworkVolume.part(volumes, "rwx--x--x");
                mark = make(volumes);
            }
            prove(name, root, known, mark);
            return root;
        } catch (IOException e) {
            throw unreachable(name, e);
        }
    }

    /** The folder of all volumes of a share that is surely there; empty when it is mounted and was never used. */
    Optional<Path> look(String name) {
        try {
            Path root = root(name);
            Path volumes = root.resolve(NetworkVolume.FOLDER);
            Optional<String> known = known(name);
            String mark = mark(volumes);
            if (mark == null && known.isEmpty()) {
                if (Files.isDirectory(volumes, LinkOption.NOFOLLOW_LINKS)) {
                    // Whoever made the folder was killed before it made the mark.
                    mark = make(volumes);
                } else if (MountTable.read().has(root)) {
                    return Optional.empty();
                }
            }
            prove(name, root, known, mark);
            return Optional.of(volumes);
        } catch (IOException e) {
            throw unreachable(name, e);
        }
    }

    private static VolumeException unreachable(String name, IOException e) {
        return new VolumeException(
                Kind.FAILED, "share " + name + " cannot be reached: " + e + "; is it mounted on this host?", e);
    }

    private Path root(String name) throws IOException {
        Path path = paths.get(name);
        if (path == null) {
            throw new VolumeException(
                    Kind.FAILED, "this host has no share " + name + "; start its agent with --share " + name + "=PATH");
        }
        Path root = path.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new VolumeException(Kind.FAILED, "share " + path + " is not a directory of this host; mount it");
        }
        return root;
    }

    private void prove(String name, Path root, Optional<String> known, @Nullable String mark) throws IOException {
        if (mark == null) {
            throw new VolumeException(
                    Kind.FAILED,
                    "share " + name + " is not mounted on this host: " + root + " holds no network volumes. Mount it");
        }
        if (known.isEmpty()) {
            remember(name, mark);
        } else if (!known.get().equals(mark)) {
            throw new VolumeException(
                    Kind.FAILED,
                    "at " + root + " lies another file system than the share " + name + " that this host knows. Mount"
                            + " the right one; if the share was replaced on purpose, remove " + memory.resolve(name));
        }
    }

    /** Null for none. */
    private static @Nullable String mark(Path volumes) throws IOException {
        Path file = volumes.resolve(MARK);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private static @Nullable String make(Path volumes) throws IOException {
        ShareFile.makeOnce(volumes.resolve(MARK), UUID.randomUUID() + "\n");
        return mark(volumes);
    }

    private Optional<String> known(String name) throws IOException {
        return new DurableFile(memory.resolve(name), MAGIC)
                .read()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private void remember(String name, String mark) throws IOException {
        remembering.lock();
        try {
            Files.createDirectories(memory);
            new DurableFile(memory.resolve(name), MAGIC).write(mark.getBytes(StandardCharsets.UTF_8));
        } finally {
            remembering.unlock();
        }
    }
}
