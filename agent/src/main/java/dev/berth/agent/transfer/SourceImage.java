package dev.berth.agent.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is served, as it was when it was last described. Replaced by a fresh one when it is not that any more.
 * Immutable.
 */
record SourceImage(Path file, SourceVersion version, DataMap map, String token) {
    /** Syncs the file first: until then a file system may call the same block a hole now and data later. */
    static SourceImage describe(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
        SourceVersion before = SourceVersion.of(file);
        DataMap map = DataScan.of(file, before.fileBytes());
        SourceImage image = new SourceImage(file, before, map, before.tokenWith(map));
        if (!image.isUnchanged()) {
            throw new IOException(file + " was changed while its extents were listed; something still writes to it");
        }
        return image;
    }

    boolean isUnchanged() throws IOException {
        return SourceVersion.of(file).equals(version);
    }
}
