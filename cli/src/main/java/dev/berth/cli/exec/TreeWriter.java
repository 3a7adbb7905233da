package dev.berth.cli.exec;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a pod's {@code tar} sends to this machine. The pod is a stranger here: a name that leads out of the target
 * is refused, nothing is written through a symbolic link, links are made last and only those that lead to something
 * inside, files get neither owner nor set-user bits, and devices are left out. One thread; one object a copy.
 */
public final class TreeWriter {
    private static final int PERMISSION_BITS = 0777;
    private static final int MOST_KEPT = 200_000;
    private static final int MOST_KEPT_LETTERS = 20_000_000;
    private static final Set<PosixFilePermission> OWNERS_ALONE = PosixFilePermissions.fromString("rwx------");

    private final Path target;
    private final String root;
    private final List<Late> links = new ArrayList<>();
    private final SequencedMap<Path, Folder> folders = new LinkedHashMap<>();
    /** What was made in folders that were there before; in those of this copy everything is its own. */
    private final Set<Path> made = new HashSet<>();

    private final List<String> leftOut = new ArrayList<>();

    private long keptLetters;

    private record Late(String name, String leadsTo, FileTime time) {}

    private record Folder(int mode, FileTime time) {}

    /**
     * Entries named {@code root} become {@code target}, those below it what is below.
     *
     * @param root {@code .} when the archive holds what a folder holds, and not the folder
     */
    public TreeWriter(Path target, String root) {
        this.target = target;
        this.root = root;
    }

    /** What was not copied, and why; in order. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** Writes one entry, whose bytes are the next of the stream. */
    public void add(TarArchiveEntry entry, InputStream content) throws IOException {
        if (isNoText(entry.getName())) {
            leaveOut(entry.getName(), "its name is not UTF-8");
            return;
        }
        EntryName name = named(entry.getName());
        if (entry.isDirectory()) {
            folder(name, entry);
        } else if ((entry.isSymbolicLink() || entry.isLink()) && isNoText(entry.getLinkName())) {
            leaveOut(entry.getName(), "what it leads to is not UTF-8");
        } else if (entry.isSymbolicLink()) {
            keep(links.size(), entry.getName(), entry.getLinkName());
            links.add(new Late(entry.getName(), entry.getLinkName(), timeOf(entry)));
        } else if (entry.isLink()) {
            hardLink(name, named(entry.getLinkName()));
        } else if (entry.isSparse()) {
            leaveOut(entry.getName(), "a sparse file, of which a few bytes could fill this disk");
        } else if (entry.isFile() && !isDevice(entry)) {
            file(name, entry, content);
        } else {
            leaveOut(entry.getName(), "neither a file nor a folder");
        }
    }

    /** Makes the links, then gives folders the modes that might have kept us out of them. */
    public void finish() throws IOException {
        for (Late link : links) {
            symbolicLink(named(link.name), link);
        }
        for (var folder : folders.reversed().entrySet()) {
            mark(folder.getKey(), folder.getValue().mode, folder.getValue().time);
        }
    }

    private void symbolicLink(EntryName name, Late link) throws IOException {
        if (name.isRoot()) {
            throw refused(root, "is a symbolic link to " + link.leadsTo + "; name what it leads to");
        }
        if (!name.staysInside(link.leadsTo)) {
            leaveOut(name.toString(), "a link that leads out of the copy, to " + link.leadsTo);
        } else if (isWritable(link.leadsTo)) {
            Path path = free(name);
            if (path != null) {
                touch(Files.createSymbolicLink(path, Path.of(link.leadsTo)), link.time);
            }
        } else {
            leaveOut(name.toString(), "what it leads to is no name on this machine");
        }
    }

    private static boolean isNoText(String name) {
        return name.indexOf(PodArchive.NO_TEXT) >= 0;
    }

    private void leaveOut(String name, String why) {
        keep(leftOut.size(), name, why);
        leftOut.add(Escape.cell(name) + ": " + Escape.cell(why));
    }

    private static boolean isDevice(TarArchiveEntry entry) {
        return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
    }

    private EntryName named(String name) {
        try {
            return EntryName.of(name, root);
        } catch (IllegalArgumentException e) {
            throw refused(name, String.valueOf(e.getMessage()));
        }
    }

    private void folder(EntryName name, TarArchiveEntry entry) throws IOException {
        Path path = placeOf(name);
        BasicFileAttributes there = attributes(path);
        if (there != null && !there.isDirectory()) {
            // The target itself may be a link of the person's own; what lies below it may not.
            if (name.isRoot() && Files.isDirectory(path)) {
                return;
            }
            throw refused(entry.getName(), "is a folder in the pod, and no folder on this machine");
        }
        if (there == null) {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNERS_ALONE));
            keep(folders.size(), entry.getName(), "");
            folders.put(path, new Folder(entry.getMode(), timeOf(entry)));
        }
    }

    private void file(EntryName name, TarArchiveEntry entry, InputStream content) throws IOException {
        Path path = free(name);
        if (path == null) {
            return;
        }
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.transferTo(out);
        }
        mark(path, entry.getMode(), timeOf(entry));
    }

    /** Only to a file of this very tree that is no link itself. */
    private void hardLink(EntryName name, EntryName to) throws IOException {
        Path existing = placeOf(to);
        BasicFileAttributes there = attributes(existing);
        if (there == null || !there.isRegularFile() || name.equals(to)) {
            throw refused(name.toString(), "is a hard link to " + to + ", which is no file of the copy");
        }
        Path path = free(name);
        if (path != null) {
            Files.createLink(path, existing);
        }
    }

    /**
     * Where the entry goes, with what was there before out of the way: it is replaced, never written through. Null, and
     * the entry left out, when this same copy has put something there: none of the two is lost unsaid.
     */
    private @Nullable Path free(EntryName name) throws IOException {
        Path path = placeOf(name);
        BasicFileAttributes there = attributes(path);
        if (there != null && there.isDirectory()) {
            throw refused(name.toString(), "is no folder in the pod, and a folder on this machine");
        }
        Path parent = path.getParent();
        boolean inOwnFolder = parent != null && folders.containsKey(parent);
        if (there != null && (inOwnFolder || made.contains(path))) {
            leaveOut(name.toString(), "something of this name was copied already");
            return null;
        }
        Files.deleteIfExists(path);
        if (!inOwnFolder && made.size() < MOST_KEPT) {
            made.add(path);
        }
        return path;
    }

    /** Every folder on the way is a real one: a link there, of whomever, would lead us elsewhere. */
    private Path placeOf(EntryName name) throws IOException {
        Path path = target;
        for (int i = 0; i < name.parts().size(); i++) {
            BasicFileAttributes there = attributes(path);
            boolean own = i == 0 && Files.isDirectory(path);
            if (!own && (there == null || !there.isDirectory())) {
                throw refused(
                        name.toString(), "lies in '" + path + "', which is no folder of the copy on this machine");
            }
            path = path.resolve(name.parts().get(i));
        }
        return path;
    }

    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                : null;
    }

    private static void mark(Path path, int mode, FileTime time) throws IOException {
        touch(path, time);
        Files.setAttribute(path, "unix:mode", mode & PERMISSION_BITS, LinkOption.NOFOLLOW_LINKS);
    }

    private static void touch(Path path, FileTime time) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }

    private static FileTime timeOf(TarArchiveEntry entry) {
        return entry.getLastModifiedTime();
    }

    /** Before something is remembered, which is as long as the pod likes: the memory is not the pod's to fill. */
    private void keep(int count, String name, String more) {
        keptLetters += name.length() + more.length();
        if (count >= MOST_KEPT || keptLetters > MOST_KEPT_LETTERS) {
            throw refused(
                    name,
                    "is more than the links, folders and left out files that one copy takes, " + MOST_KEPT
                            + " of each");
        }
    }

    private static CliFailure refused(String name, String why) {
        return new CliFailure(
                ExitCodes.FAILED,
                "The pod sent '" + Escape.cell(name) + "', which " + Escape.cell(why),
                "Nothing was written outside the target; what is in it may be a part");
    }

    /** Not names that no file system takes, nor those that the locale has no letters for. */
    static boolean isPlain(String part) {
        return isWritable(part) && Path.of(part).getNameCount() == 1 && part.indexOf('/') < 0;
    }

    private static boolean isWritable(String path) {
        try {
            return !Path.of(path).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
