package dev.berth.cli.exec;

import dev.berth.cli.render.Escape;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs a file or folder of this machine for a pod's {@code tar}: modes, times and symbolic links as they are, all owned
 * by the pod's root. In the GNU form, which busybox reads too. One thread.
 */
public final class TreeReader {
    private static final int MODE_BITS = 07777;

    private final Path source;
    private final String root;
    private final List<String> leftOut = new ArrayList<>();

    /** {@code source} becomes {@code root}; {@code .} packs what the folder holds and not the folder. */
    public TreeReader(Path source, String root) {
        this.source = source;
        this.root = root;
    }

    /** What was not copied, and why; in order. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** Writes the whole archive. */
    public void packTo(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(source) && !isNamed(folder)) {
                    leaveOut(folder, "its name is no text in this locale, so nothing in it was copied either");
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (!(root.equals(".") && folder.equals(source))) {
                    header(tar, new TarArchiveEntry(nameOf(folder) + "/"), folder, attributes, 0);
                    tar.closeArchiveEntry();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.equals(source) || isNamed(file)) {
                    add(tar, file, attributes);
                } else {
                    leaveOut(file, "its name is no text in this locale");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        tar.finish();
        out.flush();
    }

    private void add(TarArchiveOutputStream tar, Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            Path leadsTo = Files.readSymbolicLink(file);
            if (!isText(leadsTo)) {
                leaveOut(file, "what it leads to is no text in this locale");
                return;
            }
            TarArchiveEntry link = new TarArchiveEntry(nameOf(file), TarConstants.LF_SYMLINK);
            link.setLinkName(leadsTo.toString());
            header(tar, link, file, attributes, 0);
            tar.closeArchiveEntry();
        } else if (attributes.isRegularFile()) {
            try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                header(tar, new TarArchiveEntry(nameOf(file)), file, attributes, attributes.size());
                copy(content, tar, attributes.size(), file);
            }
            tar.closeArchiveEntry();
        } else {
            leaveOut(file, "neither a file nor a folder");
        }
    }

    private void leaveOut(Path path, String why) {
        leftOut.add(Escape.cell(path.toString()) + ": " + why);
    }

    private static boolean isNamed(Path path) {
        Path name = path.getFileName();
        return name == null || isText(name);
    }

    /** Whether it survives as text: several that do not would become one. */
    static boolean isText(Path path) {
        try {
            return Path.of(path.toString()).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** As many bytes as the header says. */
    private static void copy(InputStream content, OutputStream to, long size, Path file) throws IOException {
        byte[] bytes = new byte[ExecCall.MOST_BYTES];
        long left = size;
        while (left > 0) {
            int length = content.read(bytes, 0, (int) Math.min(bytes.length, left));
            if (length < 0) {
                throw new EOFException(file + " became shorter while it was read");
            }
            to.write(bytes, 0, length);
            left -= length;
        }
    }

    private static void header(
            TarArchiveOutputStream tar, TarArchiveEntry entry, Path file, BasicFileAttributes attributes, long size)
            throws IOException {
        entry.setSize(size);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setModTime(attributes.lastModifiedTime());
        if (!attributes.isSymbolicLink()) {
            Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            entry.setMode((mode instanceof Integer bits ? bits : 0644) & MODE_BITS);
        }
        tar.putArchiveEntry(entry);
    }

    private String nameOf(Path path) {
        String below = source.relativize(path).toString();
        return below.isEmpty() ? root : root + "/" + below;
    }
}
