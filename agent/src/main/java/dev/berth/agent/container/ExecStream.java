package dev.berth.agent.container;

import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command in a container: a virtual thread between the engine's connection and the sink, and short ones for what
 * the engine is asked beside. An agent that dies ends no command, but each reads the end of its input then, by which
 * shells, {@code cat} and {@code tar} end.
 */
final class ExecStream implements ExecSession {
    private static final Logger log = LoggerFactory.getLogger(ExecStream.class);
    private static final int RESIZE_ATTEMPTS = 100;
    private static final long RESIZE_PAUSE_NANOS = 20_000_000;

    private final Execs execs;
    private final ContainerState container;
    private final String execId;
    private final ExecPlan plan;
    private final UpgradedConnection connection;
    private final ExecSink sink;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean outputEnded = new AtomicBoolean();
    private final AtomicReference<@Nullable TerminalSize> wantedSize = new AtomicReference<>();
    private final Thread thread;
    private final Thread killer;

    ExecStream(
            Execs execs,
            ContainerState container,
            String execId,
            ExecPlan plan,
            UpgradedConnection connection,
            ExecSink sink) {
        this.execs = execs;
        this.container = container;
        this.execId = execId;
        this.plan = plan;
        this.connection = connection;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("engine-exec-" + container.name()).unstarted(this::run);
        this.killer = Thread.ofVirtual().name("engine-exec-end").unstarted(this::kill);
    }

    void start() {
        thread.start();
        plan.terminal().ifPresent(this::resize);
    }

    private void run() {
        ExecOutputReader reader = new ExecOutputReader(sink);
        ExecEnd end;
        try {
            reader.read(connection.input(), plan.terminal().isEmpty());
            outputEnded.set(true);
            end = execs.endOf(execId, container.name(), reader.withheld());
            if (!(end instanceof ExecEnd.NotStarted)) {
                reader.release();
            }
        } catch (IOException | RuntimeException e) {
            end = new ExecEnd.Broken(
                    closed.get() ? "closed" : "the connection with the command broke off: " + e.getMessage());
        } finally {
            connection.close();
            execs.ended(this);
        }
        sink.end(end);
    }

    @Override
    public void write(ByteBuffer bytes) {
        if (!plan.stdin()) {
            return;
        }
        try {
            connection.write(bytes);
        } catch (IOException e) {
            // It reads no more, which is for the command to say: its end follows.
            log.debug("{} takes no more input: {}", container.name(), e.getMessage());
        }
    }

    @Override
    public void endInput() {
        // A terminal's input ends by its own end-of-file character.
        if (plan.stdin() && plan.terminal().isEmpty()) {
            try {
                connection.endInput();
            } catch (IOException e) {
                log.debug("{} has no input to end: {}", container.name(), e.getMessage());
            }
        }
    }

    @Override
    public void resize(TerminalSize size) {
        if (plan.terminal().isPresent() && wantedSize.getAndSet(size) == null) {
            Thread.ofVirtual().name("engine-exec-resize").start(this::applySize);
        }
    }

    /** The engine refuses a size until the process has its terminal, a moment after the start. */
    private void applySize() {
        TerminalSize applied = null;
        TerminalSize size = wantedSize.get();
        for (int attempt = 0; attempt < RESIZE_ATTEMPTS && size != null && !outputEnded.get(); attempt++) {
            try {
                execs.resize(execId, size);
                applied = size;
            } catch (DockerException | ContainerException e) {
                log.debug("terminal in {} not resized yet: {}", container.name(), e.getMessage());
                LockSupport.parkNanos(RESIZE_PAUSE_NANOS);
            }
            if (size.equals(applied) && wantedSize.compareAndSet(size, null)) {
                return;
            }
            size = wantedSize.get();
        }
        wantedSize.set(null);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true) || outputEnded.get()) {
            return;
        }
        connection.close();
        // A sink that blocks must not outlive its reader.
        thread.interrupt();
        killer.start();
    }

    /** After {@link #close}. */
    void awaitKill(Duration limit) {
        try {
            if (!killer.join(limit)) {
                log.warn("a command in {} may run on: it was not killed within {}", container.name(), limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalThreadStateException e) {
            log.debug("a command in {} ended before it was closed", container.name());
        }
    }

    private void kill() {
        try {
            execs.kill(execId, container.id());
        } catch (DockerException | ContainerException e) {
            log.warn("a command in {} may run on: {}", container.name(), e.getMessage());
        }
    }
}
