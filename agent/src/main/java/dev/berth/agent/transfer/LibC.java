package dev.berth.agent.transfer;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The system calls on files that the JDK lacks: where a file has data, and what becomes of its pages. Any thread; errors
 * come as {@link LastErrorException}.
 */
final class LibC {
    static final int ENXIO = 6;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int SYNC_WAIT_BEFORE = 1;
    private static final int SYNC_WRITE = 2;
    private static final int SYNC_WAIT_AFTER = 4;
    private static final int ADVICE_DONT_NEED = 4;
    private static final NativeLibrary C = NativeLibrary.getInstance("c");
    private static final Function OPEN = C.getFunction("open", Function.THROW_LAST_ERROR);
    private static final Function LSEEK = C.getFunction("lseek", Function.THROW_LAST_ERROR);
    private static final Function SYNC_RANGE = C.getFunction("sync_file_range", Function.THROW_LAST_ERROR);
    /** Answers with its error instead of setting one. */
    private static final Function ADVISE = C.getFunction("posix_fadvise");

    private static final Function CLOSE = C.getFunction("close", Function.THROW_LAST_ERROR);

    private LibC() {}

    static int open(Path file) throws IOException {
        try {
            return OPEN.invokeInt(new Object[] {file.toAbsolutePath().toString(), O_RDONLY | O_CLOEXEC});
        } catch (LastErrorException e) {
            throw new IOException(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    static long nextData(int file, long from) {
        return LSEEK.invokeLong(new Object[] {file, from, SEEK_DATA});
    }

    static long nextHole(int file, long from) {
        return LSEEK.invokeLong(new Object[] {file, from, SEEK_HOLE});
    }

    /** Lets the kernel begin to write what is dirty there; does not wait for the disk. */
    static void startWriting(int file, long from, long bytes) {
        SYNC_RANGE.invokeInt(new Object[] {file, from, bytes, SYNC_WRITE});
    }

    /** Data only, and no barrier: not a replacement for fsync. */
    static void awaitWritten(int file, long from, long bytes) {
        SYNC_RANGE.invokeInt(new Object[] {file, from, bytes, SYNC_WAIT_BEFORE | SYNC_WRITE | SYNC_WAIT_AFTER});
    }

    /** Of pages that are clean. */
    static void dropPages(int file, long from, long bytes) {
        int error = ADVISE.invokeInt(new Object[] {file, from, bytes, ADVICE_DONT_NEED});
        if (error != 0) {
            throw new LastErrorException(error);
        }
    }

    static void close(int file) {
        CLOSE.invokeInt(new Object[] {file});
    }
}
