package dev.berth.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names as a pod's tar writes them, of whatever bytes, and headers that would fill the memory. */
class PodArchiveTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void files(Charset charset, boolean posix, String... names) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, charset.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setAddPaxHeadersForNonAsciiNames(posix);
        for (String name : names) {
            tar.putArchiveEntry(new TarArchiveEntry(name, true));
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private PodArchive read() {
        return new PodArchive(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private List<String> names() throws IOException {
        PodArchive archive = read();
        List<String> names = new ArrayList<>();
        for (TarArchiveEntry entry = archive.next(); entry != null; entry = archive.next()) {
            names.add(entry.getName());
        }
        return names;
    }

    @Test
    void namesComeAsTheyWereInEveryForm() throws IOException {
        String longName = "d/" + "ä€😀".repeat(50);
        files(StandardCharsets.UTF_8, false, "d/ä€😀", longName);
        assertThat(names()).containsExactly("d/ä€😀", longName);
        bytes.reset();
        files(StandardCharsets.UTF_8, true, "d/ä", "d/plain", "d/ä€😀");
        assertThat(names()).containsExactly("d/ä", "d/plain", "d/ä€😀");
    }

    @Test
    void namesThatAreNotUtf8AreLeftOutAndNeverBecomeOne(@TempDir Path folder) throws IOException {
        files(StandardCharsets.ISO_8859_1, false, "d/", "d/ä", "d/ö", "d/" + "ü".repeat(200), "d/plain");
        TreeWriter writer = new TreeWriter(folder.resolve("d"), "d");
        PodArchive archive = read();
        for (TarArchiveEntry entry = archive.next(); entry != null; entry = archive.next()) {
            writer.add(entry, archive);
        }
        writer.finish();
        assertThat(folder.resolve("d")).isDirectoryContaining("glob:**plain");
        assertThat(folder.resolve("d").toFile().list()).hasSize(1);
        assertThat(writer.leftOut()).hasSize(3).allMatch(line -> line.endsWith("its name is not UTF-8"));
    }

    @Test
    void headerThatWouldFillTheMemoryIsRefused() throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(2 << 20);
        tar.putArchiveEntry(name);
        tar.write(new byte[2 << 20]);
        tar.closeArchiveEntry();
        tar.finish();
        assertThatThrownBy(() -> read().next()).isInstanceOf(IOException.class).hasMessageContaining("header");
    }

    @Test
    void whatOfAnEntryWasNotReadIsNoHeader() throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        TarArchiveEntry big = new TarArchiveEntry("d/big", true);
        big.setSize(2 << 20);
        tar.putArchiveEntry(big);
        tar.write(new byte[2 << 20]);
        tar.closeArchiveEntry();
        tar.finish();
        assertThat(names()).containsExactly("d/big");
    }
}
