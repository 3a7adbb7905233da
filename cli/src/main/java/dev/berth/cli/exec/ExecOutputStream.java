package dev.berth.cli.exec;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;

/** What is written here is what the command reads; with {@link #close} it reads the end. One thread. */
public final class ExecOutputStream extends OutputStream {
    /** The command has ended, and reads no more. */
    static final class CommandEnded extends IOException {
        CommandEnded() {
            super("the command in the pod ended before it had read all");
        }
    }

    private final ExecCall call;
    private final byte[] buffer = new byte[ExecCall.MOST_BYTES];
    private int length;

    public ExecOutputStream(ExecCall call) {
        this.call = call;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int piece = Math.min(count - done, buffer.length - length);
            System.arraycopy(bytes, offset + done, buffer, length, piece);
            length += piece;
            done += piece;
            if (length == buffer.length) {
                flush();
            }
        }
    }

    /** @throws CommandEnded nobody is there to read it */
    @Override
    public void flush() throws IOException {
        if (length > 0 && !call.stdin(ByteString.copyFrom(buffer, 0, length))) {
            throw new CommandEnded();
        }
        length = 0;
    }

    @Override
    public void close() throws IOException {
        flush();
        call.stdinEnd();
    }
}
