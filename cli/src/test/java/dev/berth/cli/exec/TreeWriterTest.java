package dev.berth.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.outcome.CliFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod's archive is a stranger's: whatever it holds, nothing outside the target changes. */
class TreeWriterTest {
    @TempDir
    private Path folder;

    private Path target;
    private Path outside;

    @BeforeEach
    void place() throws IOException {
        target = folder.resolve("target");
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "mine");
    }

    /** Entries in the order of a hostile mind. */
    private static final class Archive {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

        Archive() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        }

        Archive folder(String name, int mode) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name + "/", true);
            entry.setMode(mode);
            return put(entry, "");
        }

        Archive file(String name, int mode, String content) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setMode(mode);
            return put(entry, content);
        }

        Archive link(byte kind, String name, String leadsTo) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
            entry.setLinkName(leadsTo);
            return put(entry, "");
        }

        Archive symlink(String name, String leadsTo) throws IOException {
            return link(TarConstants.LF_SYMLINK, name, leadsTo);
        }

        Archive kind(String name, byte kind) throws IOException {
            return put(new TarArchiveEntry(name, kind, true), "");
        }

        private Archive put(TarArchiveEntry entry, String content) throws IOException {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            entry.setSize(data.length);
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
            return this;
        }

        TarArchiveInputStream read() throws IOException {
            tar.finish();
            return new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        }
    }

    private List<String> unpack(Archive archive) throws IOException {
        return unpack(archive, "d");
    }

    private List<String> unpack(Archive archive, String root) throws IOException {
        TreeWriter writer = new TreeWriter(target, root);
        TarArchiveInputStream read = archive.read();
        for (TarArchiveEntry entry = read.getNextEntry(); entry != null; entry = read.getNextEntry()) {
            writer.add(entry, read);
        }
        writer.finish();
        return writer.leftOut();
    }

    private void isRefused(Archive archive, String... words) throws IOException {
        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOfSatisfying(
                        CliFailure.class, e -> assertThat(e.sentences()).contains(words));
        nothingOutsideChanged();
    }

    private void nothingOutsideChanged() throws IOException {
        List<String> names = new ArrayList<>();
        try (var list = Files.list(folder)) {
            list.map(path -> String.valueOf(path.getFileName())).forEach(names::add);
        }
        assertThat(names).isSubsetOf("target", "outside").contains("outside");
        try (var list = Files.list(outside)) {
            assertThat(list).containsExactly(outside.resolve("kept"));
        }
        assertThat(Files.readString(outside.resolve("kept"))).isEqualTo("mine");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void modesLinksAndContentsAreAsInThePod() throws IOException {
        List<String> leftOut = unpack(new Archive()
                .folder("d", 0755)
                .folder("d/sealed", 0500)
                .file("d/sealed/run", 0751, "run")
                .symlink("d/up", "sealed/run")
                .symlink("d/sealed/back", "../up")
                .link(TarConstants.LF_LINK, "d/same", "d/sealed/run"));
        assertThat(leftOut).isEmpty();
        assertThat(mode(target)).isEqualTo("rwxr-xr-x");
        assertThat(mode(target.resolve("sealed"))).isEqualTo("r-x------");
        assertThat(mode(target.resolve("sealed/run"))).isEqualTo("rwxr-x--x");
        assertThat(Files.readSymbolicLink(target.resolve("up"))).isEqualTo(Path.of("sealed/run"));
        assertThat(Files.readString(target.resolve("sealed/back"))).isEqualTo("run");
        assertThat(Files.isSameFile(target.resolve("same"), target.resolve("sealed/run")))
                .isTrue();
    }

    @Test
    void whatAFolderHoldsGoesIntoOneThatIsThere() throws IOException {
        Files.createDirectory(target);
        Files.writeString(target.resolve("old"), "old");
        unpack(new Archive().folder(".", 0755).file("./new", 0644, "new"), ".");
        assertThat(target.resolve("old")).hasContent("old");
        assertThat(target.resolve("new")).hasContent("new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside/kept",
                "d/../../outside/kept",
                "/etc/berth-test",
                "d/a/../../../outside/kept",
                "other",
                "dd",
                "..",
                "d/..",
                "."
            })
    void aNameThatLeadsOutOrWasNotAskedForIsRefused(String name) throws IOException {
        isRefused(new Archive().folder("d", 0755).file(name, 0644, "hostile"), "The pod sent");
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheArchive() throws IOException {
        isRefused(
                new Archive()
                        .folder("d", 0755)
                        .symlink("d/way", outside.toString())
                        .file("d/way/kept", 0644, "hostile"),
                "way");
    }

    @Test
    void nothingIsWrittenThroughALinkOfAnEarlierCopy() throws IOException {
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("way"), outside);
        isRefused(new Archive().folder("d", 0755).file("d/way/kept", 0644, "hostile"), "way");
        isRefused(new Archive().folder("d", 0755).folder("d/way", 0755), "way");
        isRefused(new Archive().folder("d", 0755).link(TarConstants.LF_LINK, "d/mine", "d/way/kept"), "way");
    }

    @Test
    void aLinkInTheWayOfAFileIsReplacedAndNotFollowed() throws IOException {
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("kept"));
        unpack(new Archive().folder("d", 0755).file("d/file", 0644, "new"));
        assertThat(target.resolve("file")).hasContent("new").isRegularFile();
        assertThat(Files.isSymbolicLink(target.resolve("file"))).isFalse();
        nothingOutsideChanged();
    }

    @Test
    void aFileWithTwoNamesIsReplacedAndNotWrittenThrough() throws IOException {
        Files.createDirectory(target);
        Files.createLink(target.resolve("file"), outside.resolve("kept"));
        unpack(new Archive().folder("d", 0755).file("d/file", 0600, "new"));
        assertThat(target.resolve("file")).hasContent("new");
        nothingOutsideChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../outside", "../../outside/kept", "sub/../../outside", "..", ""})
    void aLinkThatLeadsOutIsLeftOutAndNamed(String leadsTo) throws IOException {
        List<String> leftOut =
                unpack(new Archive().folder("d", 0755).folder("d/sub", 0755).symlink("d/way", leadsTo));
        assertThat(leftOut).singleElement().asString().startsWith("way: ");
        assertThat(Files.exists(target.resolve("way"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        nothingOutsideChanged();
    }

    /** Each alone looks harmless by its letters: the second climbs from where the first leads. */
    @Test
    void linksThatLeadOutTogetherAreLeftOut() throws IOException {
        List<String> leftOut = unpack(new Archive()
                .folder("d", 0755)
                .folder("d/a", 0755)
                .folder("d/a/b", 0755)
                .symlink("d/a/b/top", "../../a/..")
                .symlink("d/way", "a/b/top/../outside"));
        assertThat(leftOut).hasSize(2);
        nothingOutsideChanged();
    }

    @Test
    void aLinkIsNotMadeThroughAnother() throws IOException {
        isRefused(
                new Archive()
                        .folder("d", 0755)
                        .folder("d/sub", 0755)
                        .symlink("d/way", "sub")
                        .symlink("d/way/in", "x"),
                "way/in");
    }

    @Test
    void hardLinksLeadOnlyToFilesOfTheCopy() throws IOException {
        isRefused(new Archive().folder("d", 0755).link(TarConstants.LF_LINK, "d/mine", "../outside/kept"), "leads out");
        isRefused(new Archive().folder("d", 0755).link(TarConstants.LF_LINK, "d/mine", "d/gone"), "no file");
        isRefused(new Archive().folder("d", 0755).link(TarConstants.LF_LINK, "d/mine", "d"), "no file");
    }

    @Test
    void whatWasAskedForIsNoLinkItself() throws IOException {
        isRefused(new Archive().symlink("d", "/etc"), "symbolic link", "/etc");
        assertThat(Files.exists(target, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void devicesAreLeftOutAndSpecialBitsDropped() throws IOException {
        List<String> leftOut = unpack(new Archive()
                .folder("d", 0755)
                .kind("d/device", TarConstants.LF_CHR)
                .kind("d/disk", TarConstants.LF_BLK)
                .kind("d/pipe", TarConstants.LF_FIFO)
                .file("d/root-shell", 06755, "x"));
        assertThat(leftOut).hasSize(3);
        assertThat((int) Files.getAttribute(target.resolve("root-shell"), "unix:mode") & 07777)
                .isEqualTo(0755);
        assertThat(target.resolve("pipe")).doesNotExist();
    }

    @Test
    void whatThisCopyMadeIsNeverReplacedByIt() throws IOException {
        Files.createDirectory(target);
        Files.writeString(target.resolve("file"), "old");
        List<String> leftOut = unpack(new Archive()
                .folder("d", 0755)
                .file("d/file", 0644, "new")
                .file("d/file", 0644, "another")
                .folder("d/sub", 0755)
                .file("d/sub/x", 0644, "x")
                .symlink("d/sub/x", "y")
                .link(TarConstants.LF_LINK, "d/sub/x", "d/file"));
        assertThat(target.resolve("file")).hasContent("new");
        assertThat(target.resolve("sub/x")).hasContent("x");
        assertThat(leftOut).hasSize(3).allMatch(line -> line.endsWith("copied already"));
    }

    /** In the GNU and in the POSIX form: a header alone says gigabytes of zeros. */
    @Test
    void sparseFilesAreLeftOut() throws IOException {
        byte[] header = new byte[512];
        new TarArchiveEntry("d/old", TarConstants.LF_GNUTYPE_SPARSE).writeEntryHeader(header);
        // One piece, of no byte, at the end; then the size of the whole.
        TarUtils.formatLongOctalOrBinaryBytes(8L << 30, header, 386, 12);
        TarUtils.formatLongOctalOrBinaryBytes(0, header, 398, 12);
        TarUtils.formatLongOctalOrBinaryBytes(8L << 30, header, 483, 12);
        TarUtils.formatCheckSumOctalBytes(0, header, 148, 8);
        Arrays.fill(header, 148, 156, (byte) ' ');
        TarUtils.formatCheckSumOctalBytes(TarUtils.computeCheckSum(header), header, 148, 8);
        Archive archive = new Archive().folder("d", 0755);
        archive.tar.flush();
        archive.bytes.write(header);
        archive.put(
                        new TarArchiveEntry("d/posix", TarConstants.LF_PAX_EXTENDED_HEADER_LC, true),
                        "30 GNU.sparse.size=2000000000\n31 GNU.sparse.map=2000000000,0\n")
                .file("d/new", 0644, "")
                .file("d/plain", 0644, "x");
        assertThat(unpack(archive)).hasSize(2).allMatch(line -> line.contains("sparse"));
        assertThat(target.resolve("plain")).hasContent("x");
        assertThat(target.toFile().list()).hasSize(1);
    }

    @Test
    void whatIsLeftOutIsLimited() throws IOException {
        TreeWriter writer = new TreeWriter(target, "d");
        TarArchiveEntry pipe = new TarArchiveEntry("d/" + "p".repeat(200), TarConstants.LF_FIFO, true);
        assertThatThrownBy(() -> add(writer, pipe, 250_000)).isInstanceOf(CliFailure.class);
        assertThat(writer.leftOut()).hasSizeBetween(50_000, 200_000);
    }

    private static void add(TreeWriter writer, TarArchiveEntry entry, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            writer.add(entry, InputStream.nullInputStream());
        }
    }

    @Test
    void aFolderIsNeverReplacedByAFileNorAFileByAFolder() throws IOException {
        Files.createDirectories(target.resolve("x"));
        Files.writeString(target.resolve("y"), "y");
        isRefused(new Archive().folder("d", 0755).file("d/x", 0644, "x"), "folder on this machine");
        isRefused(new Archive().folder("d", 0755).folder("d/y", 0755), "no folder");
    }
}
