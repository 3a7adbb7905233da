package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A small file of a share that several hosts make at once and nobody changes afterwards. Stateless; any thread. */
final class ShareFile {
    private ShareFile() {}

    /** Whole and on disk, or not at all; the first of several hosts wins, so read what is there then. */
    static void makeOnce(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
        Files.writeString(beside, text, StandardOpenOption.CREATE_NEW);
        VolumeFolders.sync(beside);
        try {
            Files.createLink(file, beside);
        } catch (FileAlreadyExistsException raced) {
            // As whole as ours.
        } catch (UnsupportedOperationException | IOException noLinks) {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
        VolumeFolders.syncAbove(file);
    }
}
