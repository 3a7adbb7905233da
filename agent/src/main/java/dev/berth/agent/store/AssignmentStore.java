package dev.berth.agent.store;

import dev.berth.agent.model.SavedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The agent's assignments on disk, written whole before anything is done about them. Used by the agent's loop. A file
 * that cannot be read is no reason to touch a pod: it is laid aside, and the labels of the containers and the
 * controller's set rebuild what it held.
 */
public final class AssignmentStore {
    /** "BERTHAS"; the last byte is the version of the format. */
    private static final long KIND = 0x42455254_48415300L;

    private final DurableFile file;
    /** The same file as agents before this one wrote it, newest first. */
    private final List<Former> formers = new ArrayList<>();

    private record Former(int version, DurableFile file) {}

    public AssignmentStore(Path dataFolder) {
        Path path = dataFolder.resolve("assignments");
        file = new DurableFile(path, KIND + SavedStateFormat.VERSION);
        for (int version = SavedStateFormat.VERSION - 1; version >= SavedStateFormat.OLDEST; version--) {
            formers.add(new Former(version, new DurableFile(path, KIND + version)));
        }
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
            return load(file, SavedStateFormat.VERSION);
        } catch (UnreadableFileException e) {
            for (Former former : formers) {
                try {
                    return load(former.file(), former.version());
                } catch (UnreadableFileException neither) {
                    e.addSuppressed(neither);
                }
            }
            throw e;
        }
    }

    private static Optional<SavedState> load(DurableFile from, int version) throws IOException {
        Optional<byte[]> content = from.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SavedStateFormat.read(content.get(), version));
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
