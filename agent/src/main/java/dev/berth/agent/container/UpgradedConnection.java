package dev.berth.agent.container;

import com.github.dockerjava.api.exception.DockerException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection that the engine hands over to a command's input and output. docker-java's transport does this too, but
 * it never ends the input: {@code cat} and {@code tar} would wait for ever. One thread reads, one writes, any closes;
 * an interrupt closes it.
 */
final class UpgradedConnection implements AutoCloseable {
    private static final int MOST_HEAD_BYTES = 16 << 10;
    private static final int MOST_BODY_BYTES = 64 << 10;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\r\n]*\r\n");
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final SocketChannel channel;

    private UpgradedConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Posts the body and returns once the engine has handed the connection over.
     *
     * @throws DockerException the engine refused
     */
    static UpgradedConnection open(Path socket, String path, byte[] json) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        UpgradedConnection connection = new UpgradedConnection(channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String head = "POST " + path + " HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n";
            connection.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            connection.write(ByteBuffer.wrap(json));
            connection.readHead();
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Byte by byte, for what follows is the command's. */
    private void readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream input = input();
        int matched = 0;
        while (matched < END_OF_HEAD.length) {
            int next = input.read();
            if (next < 0 || head.size() == MOST_HEAD_BYTES) {
                throw new EOFException("the engine's answer broke off after " + head.size() + " bytes");
            }
            head.write(next);
            matched = next == END_OF_HEAD[matched] ? matched + 1 : next == END_OF_HEAD[0] ? 1 : 0;
        }
        Matcher status = STATUS.matcher(head.toString(StandardCharsets.ISO_8859_1));
        if (!status.lookingAt()) {
            throw new IOException("the engine answered with something that is not HTTP");
        }
        int code = Integer.parseInt(status.group(1));
        if (code != 101 && code / 100 != 2) {
            // The engine ends a connection whose other side has said its last.
            channel.shutdownOutput();
            throw new DockerException(new String(input.readNBytes(MOST_BODY_BYTES), StandardCharsets.UTF_8), code);
        }
    }

    /** All bytes of it. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    void endInput() throws IOException {
        channel.shutdownOutput();
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Given up either way; nothing was promised of what was under way.
            assert !channel.isOpen();
        }
    }
}
