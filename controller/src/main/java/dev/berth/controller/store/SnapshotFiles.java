package dev.berth.controller.store;

import dev.berth.controller.cluster.Snapshot;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a data folder, {@code snapshot-VERSION.pb}. The newest two are kept, and the journal keeps what came
 * after the older of them, so that one torn snapshot costs a longer replay and no data. A snapshot gets its name only
 * when all of it is on disk. Read on boot; afterwards belongs to the thread that saves snapshots.
 */
final class SnapshotFiles {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{1,18})\\.pb");
    private static final int KEPT = 2;

    private final Path folder;
    private final NavigableMap<Long, Path> whole = new TreeMap<>();

    SnapshotFiles(Path folder) throws IOException {
        this.folder = folder;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    whole.put(Long.parseLong(name.group(1)), file);
                }
            }
        }
    }

    /** The newest one that is whole; torn ones are put aside and named in the log. */
    Optional<Snapshot> readNewest() throws IOException {
        while (!whole.isEmpty()) {
            Path file = whole.lastEntry().getValue();
            try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                Snapshot snapshot = new SnapshotReader(in).read();
                if (snapshot.version() != whole.lastKey()) {
                    throw new TornSnapshotException("it is of version " + snapshot.version());
                }
                return Optional.of(snapshot);
            } catch (TornSnapshotException e) {
                log.warn("Snapshot {} is not whole ({}); taking the one before it", file, e.getMessage());
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + ".torn"),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                whole.pollLastEntry();
            }
        }
        return Optional.empty();
    }

    /** Returns when the snapshot is durable under its name. */
    void save(Snapshot snapshot) throws IOException {
        if (whole.containsKey(snapshot.version())) {
            return;
        }
        Path file = folder.resolve("snapshot-" + snapshot.version() + ".pb");
        Path unfinished = folder.resolve("snapshot.tmp");
        try {
            write(snapshot, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        DurableFolder.sync(folder);
        whole.put(snapshot.version(), file);
        while (whole.size() > KEPT) {
            Files.deleteIfExists(whole.pollFirstEntry().getValue());
        }
    }

    private static void write(Snapshot snapshot, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                BufferedOutputStream out = new BufferedOutputStream(new SteadyOutput(channel), 1 << 16)) {
            new SnapshotWriter(out).write(snapshot);
            out.flush();
            channel.force(true);
        }
    }

    /** The journal needs no record at or below this version: the older of the newest two snapshots, else 0. */
    long coveredVersion() {
        return whole.size() < KEPT ? 0 : whole.lowerKey(whole.lastKey());
    }
}
