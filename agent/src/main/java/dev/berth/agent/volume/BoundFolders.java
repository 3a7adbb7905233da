package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Folders of network volumes that are bound somewhere on this host, whoever did it: the kernel's word, from the mounts
 * of every namespace. The agent's own memory of its containers is asked before. Stateless; any thread.
 */
final class BoundFolders {
    private static final Path PROCESSES = Path.of("/proc");
    /** Of a line: the part of the file system that is mounted. */
    private static final int ROOT = 3;

    private BoundFolders() {}

    /** Throws BUSY while a container, or anybody, has the volume's folder. */
    static void requireNone(String volumeId) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (binds(process, volumeId)) {
                    throw new VolumeException(
                            Kind.BUSY,
                            "network volume " + volumeId + " is still mounted for process " + process.getFileName()
                                    + " of this host; end its container first");
                }
            }
        }
    }

    /** One that has ended meanwhile has no table. */
    private static boolean binds(Path process, String volumeId) throws AccessDeniedException {
        try {
            return Files.readString(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1)
                    .lines()
                    .anyMatch(line -> isOf(line, volumeId));
        } catch (AccessDeniedException e) {
            throw e;
        } catch (IOException ended) {
            return false;
        }
    }

    static boolean isOf(String line, String volumeId) {
        String[] words = line.split(" ", ROOT + 2);
        return words.length > ROOT
                && (words[ROOT].contains("/" + NetworkVolume.FOLDER + "/" + volumeId)
                        || words[ROOT].contains("/" + SharePurge.TRASH + "/" + volumeId + "."));
    }
}
