package dev.berth.agent.container;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A bad line to the engine: passes bytes on between two unix sockets until it is told to cut or to hang. */
final class SocketProxy implements AutoCloseable {
    private final Path path;
    private final Path target;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private final Set<SocketChannel> unanswered = ConcurrentHashMap.newKeySet();

    private volatile boolean hanging;
    private volatile String swallowed = "\0";

    SocketProxy(Path path, Path target) throws IOException {
        this.path = path;
        this.target = target;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(this::accept);
    }

    Path path() {
        return path;
    }

    /** Breaks what is connected; new connections work. */
    void cut() {
        open.forEach(SocketProxy::close);
        open.clear();
    }

    /** From now on nothing passes, and nothing breaks. */
    void hang() {
        hanging = true;
    }

    /** Requests that hold this text are passed on, and what answers them is not. */
    void swallowAnswersTo(String text) {
        swallowed = text;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel near = server.accept();
                SocketChannel far = SocketChannel.open(UnixDomainSocketAddress.of(target));
                open.add(near);
                open.add(far);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                if (StandardCharsets.ISO_8859_1
                        .decode(buffer.duplicate())
                        .toString()
                        .contains(swallowed)) {
                    unanswered.add(from);
                }
                while (!hanging && !unanswered.contains(to) && buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            // One side broke: break the other.
        }
        close(from);
        close(to);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
        Files.deleteIfExists(path);
    }
}
