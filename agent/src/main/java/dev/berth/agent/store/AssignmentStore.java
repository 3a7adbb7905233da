package dev.berth.agent.store;

import dev.berth.agent.model.SavedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The agent's assignments on disk, written whole before anything is done about them. Used by the agent's loop. A file
 * that cannot be read is no reason to touch a pod: it is laid aside, and the labels of the containers and the
 * controller's set rebuild what it held.
 */
public final class AssignmentStore {
    /** "BERTHAS" and the version of the format. */
    private static final long MAGIC = 0x42455254_48415302L;
    /** Of agents that knew no leases. */
    private static final long FORMER_MAGIC = 0x42455254_48415301L;

    private final DurableFile file;
    private final DurableFile former;

    public AssignmentStore(Path dataFolder) {
        file = new DurableFile(dataFolder.resolve("assignments"), MAGIC);
        former = new DurableFile(dataFolder.resolve("assignments"), FORMER_MAGIC);
    }

    public void save(SavedState state) throws IOException {
        file.write(SavedStateFormat.write(state));
    }

    /**
     * What was saved last; empty when nothing ever was.
     *
     * @throws UnreadableFileException when the file is damaged; {@link #layAside} then makes room for a new one
     */
    public Optional<SavedState> load() throws IOException {
        try {
            return load(file, true);
        } catch (UnreadableFileException e) {
            try {
                return load(former, false);
            } catch (UnreadableFileException neither) {
                throw e;
            }
        }
    }

    private static Optional<SavedState> load(DurableFile from, boolean knowsLeases) throws IOException {
        Optional<byte[]> content = from.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SavedStateFormat.read(content.get(), knowsLeases));
        } catch (IOException e) {
            throw new UnreadableFileException(from.path(), e);
        }
    }

    /** Keeps a damaged file for people to look at. */
    public Path layAside() throws IOException {
        Path aside = file.path().resolveSibling("assignments.unreadable");
        return Files.move(file.path(), aside, StandardCopyOption.REPLACE_EXISTING);
    }
}
