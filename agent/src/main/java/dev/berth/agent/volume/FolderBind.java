package dev.berth.agent.volume;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mounts a folder of a tree that a tenant writes to at another point. The way is gone step by step over open folders,
 * and what was opened is mounted: so no link is followed, even one that is put there at this moment. Stateless; any
 * thread.
 */
final class FolderBind {
    private static final int ENOENT = 2;
    private static final int EEXIST = 17;
    private static final int ENOTDIR = 20;
    private static final int ENOSPC = 28;
    private static final int ELOOP = 40;
    private static final int EDQUOT = 122;

    private static final int O_DIRECTORY = 0x10000;
    private static final int O_NOFOLLOW = 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int FOLDER = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    private static final int RIGHTS = 0755;
    private static final NativeLong MS_BIND = new NativeLong(0x1000);

    private static final NativeLibrary C = NativeLibrary.getInstance("c");
    private static final Function OPEN = C.getFunction("open", Function.THROW_LAST_ERROR);
    private static final Function OPEN_AT = C.getFunction("openat", Function.THROW_LAST_ERROR);
    private static final Function MAKE_AT = C.getFunction("mkdirat", Function.THROW_LAST_ERROR);
    private static final Function SET_RIGHTS = C.getFunction("fchmod", Function.THROW_LAST_ERROR);
    private static final Function MOUNT = C.getFunction("mount", Function.THROW_LAST_ERROR);
    private static final Function CLOSE = C.getFunction("close");

    private FolderBind() {}

    /**
     * Folders that are missing on the way are made.
     *
     * @param folder the agent's own
     * @param way relative, below it
     * @param point an empty folder
     * @return why the way leads to no folder, to go on "which …"; empty when it is mounted
     */
    static Optional<String> mount(Path folder, Path way, Path point) throws IOException {
        int open = -1;
        try {
            open = OPEN.invokeInt(new Object[] {folder.toString(), FOLDER});
            for (Path part : way) {
                int next = enter(open, part.toString());
                close(open);
                open = next;
            }
            MOUNT.invokeInt(new Object[] {"/proc/self/fd/" + open, point.toString(), null, MS_BIND, null});
            return Optional.empty();
        } catch (LastErrorException e) {
            String obstacle = obstacle(e.getErrorCode());
            if (obstacle == null) {
                throw new IOException(way + " below " + folder + " cannot be mounted: " + e.getMessage(), e);
            }
            return Optional.of(obstacle);
        } finally {
            close(open);
        }
    }

    private static int enter(int folder, String name) {
        try {
            return OPEN_AT.invokeInt(new Object[] {folder, name, FOLDER});
        } catch (LastErrorException e) {
            if (e.getErrorCode() != ENOENT) {
                throw e;
            }
        }
        boolean made = make(folder, name);
        int open = OPEN_AT.invokeInt(new Object[] {folder, name, FOLDER});
        if (made) {
            // Whatever the agent's mask is.
            SET_RIGHTS.invokeInt(new Object[] {open, RIGHTS});
        }
        return open;
    }

    /** False when another one was quicker. */
    private static boolean make(int folder, String name) {
        try {
            MAKE_AT.invokeInt(new Object[] {folder, name, RIGHTS});
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() != EEXIST) {
                throw e;
            }
            return false;
        }
    }

    private static @Nullable String obstacle(int error) {
        return switch (error) {
            case ENOTDIR, ELOOP -> "is not a plain directory";
            case ENOSPC, EDQUOT -> "cannot be made because its volume is full";
            default -> null;
        };
    }

    private static void close(int open) {
        if (open >= 0) {
            CLOSE.invokeInt(new Object[] {open});
        }
    }
}
