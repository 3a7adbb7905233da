package dev.berth.agent.transfer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A bad network: each connection breaks after so many bytes in both directions together, or hangs when it is told to. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocketChannel server;
    private final int target;
    private final LongSupplier bytesUntilCut;
    private final AtomicInteger cuts = new AtomicInteger();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private volatile boolean hanging;

    CuttingProxy(int target, LongSupplier bytesUntilCut) throws IOException {
        this.target = target;
        this.bytesUntilCut = bytesUntilCut;
        server = ServerSocketChannel.open().bind(loopback(0));
        Thread.ofVirtual().start(this::accept);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    int cuts() {
        return cuts.get();
    }

    void setHanging(boolean hangs) {
        hanging = hangs;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel near = server.accept();
                open.add(near);
                SocketChannel far = SocketChannel.open(loopback(target));
                open.add(far);
                AtomicLong left = new AtomicLong(bytesUntilCut.getAsLong());
                Thread.ofVirtual().start(() -> pass(near, far, left));
                Thread.ofVirtual().start(() -> pass(far, near, left));
            } catch (IOException e) {
                // Closed, or nobody listens there: the client notices.
                open.forEach(CuttingProxy::close);
            }
        }
    }

    private void pass(SocketChannel from, SocketChannel to, AtomicLong left) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                long after = left.addAndGet(-buffer.remaining());
                if (after < 0) {
                    buffer.limit((int) Math.max(0, buffer.limit() + after));
                }
                while (!hanging && buffer.hasRemaining()) {
                    to.write(buffer);
                }
                if (after < 0) {
                    cuts.incrementAndGet();
                    // A reset or an orderly end, by turns.
                    if (after % 2 == 0) {
                        to.setOption(StandardSocketOptions.SO_LINGER, 0);
                    }
                    break;
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

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(CuttingProxy::close);
    }
}
