package dev.berth.controller.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Syncs every few megabytes, because the file system makes the journal's fsync wait for whatever else is unwritten: one
 * sync of a large snapshot at its end would stall appends for as long. Used by the thread that saves a snapshot.
 */
final class SteadyOutput extends OutputStream {
    private static final int SYNC_BYTES = 4 << 20;

    private final FileChannel channel;
    private long unsynced;

    SteadyOutput(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        unsynced += length;
        if (unsynced >= SYNC_BYTES) {
            channel.force(false);
            unsynced = 0;
        }
    }
}
