package dev.berth.agent.transfer;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;

/** The system calls that tell where a file has data. Any thread; errors come as {@link LastErrorException}. */
final class LibC {
    static final int ENXIO = 6;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final NativeLibrary C = NativeLibrary.getInstance("c");
    private static final Function OPEN = C.getFunction("open", Function.THROW_LAST_ERROR);
    private static final Function LSEEK = C.getFunction("lseek", Function.THROW_LAST_ERROR);
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

    static void close(int file) {
        CLOSE.invokeInt(new Object[] {file});
    }
}
