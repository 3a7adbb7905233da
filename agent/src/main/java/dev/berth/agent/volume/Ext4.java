package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file system inside a volume's file: made, checked, grown. The file is not in use meanwhile, but for
 * {@link #growMounted}. Stateless; any thread, one at a time for one file.
 */
final class Ext4 {
    private static final Logger LOG = LoggerFactory.getLogger(Ext4.class);
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final Duration CHECK = Duration.ofMinutes(30);
    /** A journal by default has up to 1 GiB, which would be allocated and moved with every volume. */
    private static final int JOURNAL_MIB = 64;

    private static final long LARGE_BYTES = 16L << 30;

    private static final int MENDED = 1;
    private static final int LOCKED = 200;

    private Ext4() {}

    /**
     * On a sparse file of zeros: inode tables and journal are left as they are, so that making it costs milliseconds
     * and next to no space whatever the size. Mounts need {@code noinit_itable}, or the kernel would write them later.
     */
    static void make(Path file, long sizeBytes) {
        List<String> command = new ArrayList<>(List.of(
                "mkfs.ext4",
                "-q",
                "-F",
                "-m",
                "0",
                "-e",
                "remount-ro",
                "-E",
                "nodiscard,lazy_itable_init=1,lazy_journal_init=1"));
        if (sizeBytes >= LARGE_BYTES) {
            command.addAll(List.of("-J", "size=" + JOURNAL_MIB));
        }
        command.add(file.toString());
        VolumeTools.run(QUICK, command.toArray(String[]::new));
    }

    /**
     * Replays the journal and mends what is safe to mend. What is not is left alone: the very bytes are put back, and
     * {@link Kind#DAMAGED} is thrown. What was done can be taken back, until it is {@link #accept accepted}.
     */
    static void check(Path file, String what) throws IOException {
        superblock(file, what);
        mend(file, what, "-p");
    }

    /** Also where the superblock says that all is well: a journal's inode, for one, is looked at and "mended" then too. */
    private static void mend(Path file, String what, String... how) throws IOException {
        Path undo = undo(file);
        // Of a check that was cut off. What it mended is mended again or was fine; its bytes are not needed.
        Files.deleteIfExists(undo);
        List<String> command = new ArrayList<>(List.of("e2fsck"));
        command.addAll(List.of(how));
        command.addAll(List.of("-z", undo.toString(), file.toString()));
        VolumeTools.Ended ended = alone(file, what, command.toArray(String[]::new));
        if (ended.status() > (MENDED | 2)) {
            takeBack(file, what);
            throw damaged(what, withoutUndo(ended.output()));
        }
    }

    private static Path undo(Path file) {
        return file.resolveSibling(file.getFileName() + ".undo");
    }

    /** After a check and before the first other write: as it was before the check. */
    static void takeBack(Path file, String what) throws IOException {
        Path undo = undo(file);
        if (Files.exists(undo)) {
            VolumeTools.Ended undone = alone(file, what, "e2undo", undo.toString(), file.toString());
            if (undone.status() != 0) {
                throw damaged(what + " (whose former bytes are in " + undo + ")", undone.output());
            }
            Files.deleteIfExists(undo);
        }
    }

    /** What the check did stays. */
    static void accept(Path file) throws IOException {
        Files.deleteIfExists(undo(file));
    }

    /** How to take it back by hand, which is done already. */
    private static String withoutUndo(String said) {
        return said.lines()
                .filter(line -> !line.isBlank()
                        && !line.startsWith("Overwriting existing filesystem")
                        && !line.strip().startsWith("e2undo "))
                .collect(Collectors.joining("; "));
    }

    /** Whether the file system does not yet reach the end of its file, but for a rest too small to be used. */
    static boolean smallerThanFile(Path file, String what) throws IOException {
        long group = 128L << 20;
        return Files.size(file) - superblock(file, what).sizeBytes() >= Math.min(group, Files.size(file) / 16);
    }

    /** To the end of the file that is not mounted. Works without privileges, but reads all metadata first. */
    static void growUnmounted(Path file, String what) throws IOException {
        mend(file, what, "-p", "-f");
        accept(file);
        VolumeTools.Ended grown = alone(file, what, "resize2fs", file.toString());
        if (grown.status() != 0) {
            throw VolumeTools.failed(List.of("resize2fs", file.toString()), grown);
        }
    }

    /**
     * Runs a tool that holds a lock on the file as long as it lives: one of an agent that was killed goes on without
     * it, and must not be joined by another.
     */
    private static VolumeTools.Ended alone(Path file, String what, String... tool) {
        List<String> command = new ArrayList<>(
                List.of("flock", "--no-fork", "-w", "60", "-E", Integer.toString(LOCKED), file.toString()));
        command.addAll(List.of(tool));
        VolumeTools.Ended ended = VolumeTools.attempt(CHECK, null, null, command);
        if (ended.status() == LOCKED) {
            throw new VolumeException(Kind.BUSY, what + " is being checked by an agent that is gone; try again later");
        }
        return ended;
    }

    /** While it is mounted from this device; needs CAP_SYS_RESOURCE. Returns whether the kernel did it. */
    static boolean growMounted(String device) {
        VolumeTools.run(QUICK, "losetup", "-c", device);
        VolumeTools.Ended ended = VolumeTools.attempt(CHECK, null, null, List.of("resize2fs", device));
        if (ended.status() != 0) {
            LOG.warn("{} keeps its size until it is mounted again: {}", device, ended.output());
        }
        return ended.status() == 0;
    }

    /** Of mount's words: whether it is the file system that is at fault. */
    static boolean isDamage(String words) {
        return words.contains("bad superblock")
                || words.contains("Structure needs cleaning")
                || words.contains("can't read superblock");
    }

    static VolumeException damaged(String what, String words) {
        return new VolumeException(
                Kind.DAMAGED,
                what + " is damaged and was left as it is; save a copy of its file, then mend that with e2fsck: "
                        + words);
    }

    private static Ext4Superblock superblock(Path file, String what) throws IOException {
        return Ext4Superblock.read(file)
                .orElseThrow(() -> damaged(what, "there is no ext4 superblock where it should be"));
    }
}
