package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where copies lie, and the moves between those places, each one rename that outlives a crash. Names are made from
 * keys, whose form admits no path. Any thread, one at a time for one volume.
 */
final class VolumeFolders {
    static final String DISK = "disk.img";

    private final Path present;
    private final Path trash;
    private final Path partial;
    private final Path making;

    VolumeFolders(Path folder) throws IOException {
        Files.createDirectories(folder);
        this.present = folder.toRealPath();
        this.trash = present.resolve("trash");
        this.partial = present.resolve("partial");
        this.making = present.resolve("making");
        for (Path each : new Path[] {trash, partial, making}) {
            Files.createDirectories(each);
        }
        Files.setPosixFilePermissions(present, PosixFilePermissions.fromString("rwx------"));
        sync(present);
    }

    Path root(VolumeCopy.Place place) {
        return switch (place) {
            case PRESENT -> present;
            case TRASHED -> trash;
            case PARTIAL -> partial;
        };
    }

    Path present(VolumeKey key) {
        return present.resolve(key.toString());
    }

    Path trashed(VolumeKey key) {
        return trash.resolve(key.toString());
    }

    Path partial(VolumeKey key) {
        return partial.resolve(key.toString());
    }

    /** Where a new copy is made, before anybody could have written to it. */
    Path making(VolumeKey key) {
        return making.resolve(key.toString());
    }

    static boolean exists(Path copy) {
        return Files.exists(copy, LinkOption.NOFOLLOW_LINKS);
    }

    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncAbove(to);
        syncAbove(from);
    }

    static void sync(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The folder that names this file, after it was made, renamed or removed. */
    static void syncAbove(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            sync(folder);
        }
    }

    /**
     * Removes a copy's folder: its files, then itself, following no link and entering no folder below it. Its disk goes
     * before its manifest, so that what a crash leaves is still a copy that an order can name.
     */
    static void delete(Path copy) throws IOException {
        Files.deleteIfExists(copy.resolve(DISK));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(copy)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (NoSuchFileException gone) {
            return;
        }
        Files.deleteIfExists(copy);
        syncAbove(copy);
    }
}
