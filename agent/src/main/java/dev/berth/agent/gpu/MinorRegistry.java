package dev.berth.agent.gpu;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Shares the minors of one machine among its agents, so that no two simulated GPUs are the same device. The registry is one file
 * in a folder that all agents of the machine use, changed under a file lock. An agent keeps its range over restarts, also when
 * the registry was lost meanwhile (it is copied into the agent's data folder) and the range is still free. The range of an agent
 * whose data folder is gone can be taken by another. Called at start of an agent; waits for the lock; any thread.
 */
public final class MinorRegistry {
    private static final String COPY = "gpu-minors";
    /** A file lock holds between processes only; this one keeps threads of one process apart. */
    private static final Object IN_PROCESS = new Object();

    private final Path folder;

    /** @param folder shared by all agents of the machine; made when missing */
    public MinorRegistry(Path folder) {
        this.folder = folder;
    }

    private record Entry(MinorRange range, String hostId, Path dataFolder) {
        boolean isOf(String host, Path data) {
            return hostId.equals(host) && dataFolder.equals(data);
        }

        String line() {
            return range.base() + "\t" + range.count() + "\t" + hostId + "\t" + dataFolder;
        }

        static Optional<Entry> parse(String line) {
            String[] parts = line.split("\t", 4);
            if (parts.length != 4) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Entry(
                        new MinorRange(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])),
                        parts[2],
                        Path.of(parts[3])));
            } catch (IllegalArgumentException damaged) {
                return Optional.empty();
            }
        }
    }

    /**
     * The range of this host: the one that it had, if that is still large enough and its own, else the lowest free one.
     *
     * @param dataFolder the agent's own; must exist, and its disappearance later gives the range back
     * @throws IOException when the registry cannot be read or written, or when too few minors are free
     */
    public MinorRange allocate(String hostId, Path dataFolder, int gpus) throws IOException {
        if (hostId.contains("\t") || hostId.contains("\n")) {
            throw new IllegalArgumentException("the host id holds a tab or a line break: \"" + hostId + "\"");
        }
        Path data = dataFolder.toRealPath();
        Files.createDirectories(folder);
        synchronized (IN_PROCESS) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("the lock of " + folder + " was lost");
                }
                return allocateLocked(hostId, data, gpus);
            }
        }
    }

    private MinorRange allocateLocked(String hostId, Path data, int gpus) throws IOException {
        List<Entry> others = new ArrayList<>();
        Optional<MinorRange> mine = Optional.empty();
        for (Entry entry : entries()) {
            if (entry.isOf(hostId, data)) {
                mine = Optional.of(entry.range());
            } else if (Files.isDirectory(entry.dataFolder())) {
                others.add(entry);
            }
        }
        MinorRange range = mine.or(() -> copyIn(data))
                .filter(before -> before.count() >= gpus)
                .filter(before -> others.stream().noneMatch(o -> o.range().overlaps(before)))
                .orElse(null);
        if (range == null) {
            range = lowestFree(others, gpus);
        }
        Entry entry = new Entry(range, hostId, data);
        others.add(entry);
        others.sort(Comparator.comparingInt(o -> o.range().base()));
        write(folder.resolve("minors"), others.stream().map(Entry::line).toList());
        write(data.resolve(COPY), List.of(entry.line()));
        return new MinorRange(range.base(), gpus);
    }

    private MinorRange lowestFree(List<Entry> others, int gpus) throws IOException {
        for (int base = 0; base + gpus <= MinorRange.MINORS; base++) {
            MinorRange candidate = new MinorRange(base, gpus);
            if (others.stream().noneMatch(other -> other.range().overlaps(candidate))) {
                return candidate;
            }
        }
        int taken = others.stream().mapToInt(other -> other.range().count()).sum();
        throw new IOException("no " + gpus + " minors in a row are free for simulated GPUs: " + taken + " of "
                + MinorRange.MINORS + " are taken by " + others.size() + " agents of this machine, see "
                + folder.resolve("minors") + "; remove the data folder of an agent that is not needed");
    }

    private static Optional<MinorRange> copyIn(Path data) {
        try {
            return Files.readAllLines(data.resolve(COPY)).stream()
                    .flatMap(line -> Entry.parse(line).stream())
                    .map(Entry::range)
                    .findFirst();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private List<Entry> entries() throws IOException {
        Path file = folder.resolve("minors");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            entries.add(Entry.parse(line)
                    .orElseThrow(() -> new IOException("the registry of minors " + file
                            + " is damaged at the line \"" + line
                            + "\"; stop the agents of this machine, remove the file and start them")));
        }
        return entries;
    }

    private static void write(Path file, List<String> lines) throws IOException {
        Path made = file.resolveSibling("." + file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                made, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n"));
            channel.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
