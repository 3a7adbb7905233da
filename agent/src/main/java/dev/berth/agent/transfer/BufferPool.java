package dev.berth.agent.transfer;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A fixed number of direct buffers of one transfer, each as large as a cell. Who finds none waits, which is what bounds a
 * transfer's memory. Freed at once by close, which must come after the last use: the agent's heap is too small to leave that to
 * the collector. Any thread.
 */
final class BufferPool implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final BlockingQueue<ByteBuffer> free;

    BufferPool(int buffers) {
        free = new ArrayBlockingQueue<>(buffers);
        for (int i = 0; i < buffers; i++) {
            free.add(arena.allocate(Cell.BYTES).asByteBuffer());
        }
    }

    ByteBuffer take() throws InterruptedException {
        return free.take().clear();
    }

    /** For threads that must not wait, where enough buffers were made for all that there can be at once. */
    ByteBuffer takeNow() {
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            throw new IllegalStateException("a transfer has more cells at once than it has memory for");
        }
        return buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }

    @Override
    public void close() {
        arena.close();
    }
}
