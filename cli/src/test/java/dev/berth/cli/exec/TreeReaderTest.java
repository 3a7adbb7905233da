package dev.berth.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a folder of this machine goes to a pod, and what is said to stay. */
class TreeReaderTest {
    @TempDir
    private Path folder;

    private Path source;
    private TreeReader reader;

    @BeforeEach
    void place() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        reader = new TreeReader(source, "d");
    }

    /** By its bytes, for a name that is no text. */
    private Path named(String percentCoded) {
        return Path.of(URI.create("file://" + source + "/" + percentCoded));
    }

    private List<String> packed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reader.packTo(bytes);
        PodArchive archive = new PodArchive(new ByteArrayInputStream(bytes.toByteArray()));
        List<String> names = new ArrayList<>();
        for (TarArchiveEntry entry = archive.next(); entry != null; entry = archive.next()) {
            names.add(entry.getName());
        }
        return names;
    }

    @Test
    void namesThatAreNoTextAreLeftOutAndNeverBecomeOne() throws IOException {
        Files.writeString(source.resolve("plain"), "x");
        Files.writeString(named("%E4"), "one");
        Files.writeString(named("%F6"), "two");
        Files.createDirectory(named("%FC"));
        Files.writeString(named("%FC/below"), "three");
        Files.createSymbolicLink(source.resolve("link"), named("%E4").getFileName());
        assertThat(packed()).containsExactlyInAnyOrder("d/", "d/plain");
        assertThat(reader.leftOut()).hasSize(4).allMatch(line -> line.contains("is no text"));
    }
}
