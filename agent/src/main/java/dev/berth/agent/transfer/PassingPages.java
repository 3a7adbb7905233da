package dev.berth.agent.transfer;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps a file that is gone through once, roughly in order, out of the page cache: a move of a large volume would push out
 * what other pods of the host read again and again, and touching so much new memory costs more than the copy itself. What
 * was written goes to the disk meanwhile, so that the sync at the end finds little to do. Only advice: where the kernel
 * takes none, nothing else changes. Any thread.
 */
final class PassingPages implements AutoCloseable {
    private static final long WINDOW_BYTES = 16L << 20;

    private final int descriptor;
    private final boolean written;

    private Window filling = Window.EMPTY;
    /** On its way to the disk. */
    private Window leaving = Window.EMPTY;

    private boolean unheard;

    private record Window(long start, long end, long bytes) {
        static final Window EMPTY = new Window(0, 0, 0);

        Window with(long offset, long length) {
            return bytes == 0
                    ? new Window(offset, offset + length, length)
                    : new Window(Math.min(start, offset), Math.max(end, offset + length), bytes + length);
        }
    }

    private PassingPages(int descriptor, boolean written) {
        this.descriptor = descriptor;
        this.written = written;
    }

    static PassingPages ofRead(Path file) throws IOException {
        return new PassingPages(LibC.open(file), false);
    }

    static PassingPages ofWritten(Path file) throws IOException {
        return new PassingPages(LibC.open(file), true);
    }

    /** The cell was read, or written and read back, and is not needed again soon. */
    synchronized void passed(Cell cell) {
        if (unheard || cell.dataBytes() == 0) {
            return;
        }
        int last = cell.lengths().length - 1;
        filling = filling.with(cell.offsets()[0], cell.offsets()[last] + cell.lengths()[last] - cell.offsets()[0]);
        if (filling.bytes() < WINDOW_BYTES) {
            return;
        }
        try {
            if (written) {
                LibC.startWriting(descriptor, filling.start(), filling.end() - filling.start());
                drop(leaving);
                leaving = filling;
            } else {
                drop(filling);
            }
            filling = Window.EMPTY;
        } catch (LastErrorException unsupported) {
            unheard = true;
        }
    }

    private void drop(Window window) {
        if (window.bytes() == 0) {
            return;
        }
        if (written) {
            LibC.awaitWritten(descriptor, window.start(), window.end() - window.start());
        }
        LibC.dropPages(descriptor, window.start(), window.end() - window.start());
    }

    @Override
    public synchronized void close() {
        unheard = true;
        LibC.close(descriptor);
    }
}
