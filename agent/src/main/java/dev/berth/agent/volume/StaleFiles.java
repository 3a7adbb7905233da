package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from a pod's /run what its last processes left: pid files, locks, sockets, pipes. Without that a daemon finds
 * its own corpse and does not start. What lies there was made by the user, so each step is relative to an open folder
 * and follows no link. Used by one thread, while no container runs.
 */
final class StaleFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StaleFiles.class);
    /** Far below any folder that daemons use; each level costs an open file. */
    private static final int DEEPEST = 24;

    private static final int MOST_SEEN = 200_000;

    private int seen;
    private int removed;

    private StaleFiles() {}

    /** @param root the agent's own folder above {@code run}; returns how many were removed */
    static int clear(Path root) throws IOException {
        StaleFiles work = new StaleFiles();
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            if (!(top instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("this platform cannot walk folders safely");
            }
            work.enter(secure, Path.of("run"), 0, false);
        }
        return work.removed;
    }

    private void enter(SecureDirectoryStream<Path> parent, Path name, int depth, boolean locks) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (SecureDirectoryStream<Path> here = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : here) {
                if (++seen > MOST_SEEN) {
                    return;
                }
                Path file = entry.getFileName();
                BasicFileAttributes attributes = attributes(here, file);
                if (attributes.isDirectory()) {
                    folders.add(file);
                } else if (attributes.isOther() || (attributes.isRegularFile() && (locks || isStale(file)))) {
                    remove(here, file);
                }
            }
            for (Path folder : folders) {
                if (depth < DEEPEST) {
                    enter(here, folder, depth + 1, locks || folder.toString().equals("lock"));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path file) throws IOException {
        return folder.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private void remove(SecureDirectoryStream<Path> folder, Path file) throws IOException {
        try {
            folder.deleteFile(file);
            removed++;
        } catch (NoSuchFileException gone) {
            // What was wanted.
        } catch (IOException e) {
            // A full volume cannot even say that a file of the image is gone. Its owner has to get in to make room.
            LOG.warn("{} of a pod's /run could not be removed: {}", file, e.getMessage());
        }
    }

    private static boolean isStale(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".pid")
                || name.endsWith(".lock")
                || name.endsWith(".lck")
                || name.equals("pid")
                || name.equals("lock");
    }
}
