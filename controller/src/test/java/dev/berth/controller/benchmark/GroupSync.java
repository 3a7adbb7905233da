package dev.berth.controller.benchmark;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The least that durability costs: one thread appends what waits to a file and syncs it once for all of it. */
final class GroupSync implements AutoCloseable {
    private record Entry(ByteString bytes, Runnable synced) {}

    private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();
    private final FileChannel file;
    private final Thread thread = new Thread(this::run, "group-sync");
    private volatile boolean stopping;

    GroupSync(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        thread.start();
    }

    void append(ByteString bytes, Runnable synced) {
        waiting.add(new Entry(bytes, synced));
    }

    private void run() {
        List<Entry> group = new ArrayList<>();
        try {
            while (!stopping) {
                group.add(waiting.take());
                waiting.drainTo(group);
                int size = group.stream().mapToInt(entry -> entry.bytes.size()).sum();
                ByteBuffer buffer = ByteBuffer.allocate(size);
                group.forEach(entry -> entry.bytes.copyTo(buffer));
                buffer.flip();
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
                file.force(false);
                group.forEach(entry -> entry.synced.run());
                group.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
