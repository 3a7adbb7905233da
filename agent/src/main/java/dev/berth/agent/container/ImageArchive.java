package dev.berth.agent.container;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The engine's answer to an export, which does not wait for ever: a read that brings nothing for too long fails. Read by
 * one thread, closed by any, which ends a read that is under way.
 */
final class ImageArchive extends InputStream {
    private final String what;
    private final DockerHttpClient.Response response;
    private final InputStream body;
    private final long idleNanos;
    private final Runnable closed;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ScheduledFuture<?> watch;

    /** When the read under way began; 0 while none is. */
    private volatile long readingSinceNanos;

    private volatile boolean stuck;

    ImageArchive(
            String what,
            DockerHttpClient.Response response,
            ScheduledExecutorService timer,
            Duration idle,
            Runnable closed) {
        this.what = what;
        this.response = response;
        this.body = response.getBody();
        this.idleNanos = idle.toNanos();
        this.closed = closed;
        long period = Math.max(1, idle.toMillis() / 4);
        this.watch = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long since = readingSinceNanos;
        if (since != 0 && System.nanoTime() - since > idleNanos) {
            stuck = true;
            response.close();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte @Nullable [] bytes, int offset, int length) throws IOException {
        // Zero means none.
        readingSinceNanos = System.nanoTime() | 1;
        try {
            int count = body.read(bytes, offset, length);
            if (over.get() || stuck) {
                throw new IOException("it was closed");
            }
            return count;
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    what + " broke off: "
                            + (stuck
                                    ? "nothing came for " + TimeUnit.NANOSECONDS.toSeconds(idleNanos) + " s"
                                    : e.getMessage()),
                    e);
        } finally {
            readingSinceNanos = 0;
        }
    }

    /** The container that it is read from goes as well. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            watch.cancel(false);
            response.close();
            closed.run();
        }
    }
}
