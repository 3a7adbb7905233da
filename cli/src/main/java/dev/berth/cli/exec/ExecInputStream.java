package dev.berth.cli.exec;

import com.google.protobuf.ByteString;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecPodResponse;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a command writes to its standard output; the beginning of its standard error is kept beside. One thread. */
public final class ExecInputStream extends InputStream {
    private static final int MOST_KEPT = 2_000;

    private final ExecCall call;
    private ByteString bytes = ByteString.EMPTY;
    private ByteString said = ByteString.EMPTY;
    private @Nullable ExecExit exit;

    public ExecInputStream(ExecCall call) {
        this.call = call;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int count) {
        if (count == 0) {
            return 0;
        }
        while (bytes.isEmpty() && exit == null) {
            take(call.next());
        }
        if (bytes.isEmpty()) {
            return -1;
        }
        int piece = Math.min(count, bytes.size());
        bytes.substring(0, piece).copyTo(to, offset);
        bytes = bytes.substring(piece);
        return piece;
    }

    private void take(ExecPodResponse response) {
        bytes = response.getStdout();
        ByteString more = response.getStderr();
        said = said.concat(more.substring(0, Math.min(more.size(), MOST_KEPT - said.size())));
        if (response.hasExit()) {
            exit = response.getExit();
        }
    }

    /** Reads on to the end, and what comes till then is nobody's. */
    public ExecExit exit() {
        return exitWithin(Long.MAX_VALUE);
    }

    /** Of a command that has said all it has to say: one that goes on and on is no such command. */
    ExecExit exitWithin(long mostBytes) {
        ExecExit known = exit;
        long left = mostBytes - bytes.size();
        while (known == null) {
            ExecPodResponse response = call.next();
            left -= response.getStdout().size() + response.getStderr().size();
            if (left < 0) {
                throw new CliFailure(
                        ExitCodes.FAILED,
                        "The command in the pod went on for more than " + mostBytes + " bytes after its end",
                        "What was copied is there; look at what the pod runs in place of tar");
            }
            take(response);
            known = exit;
        }
        return known;
    }

    public String said() {
        return said.toString(StandardCharsets.UTF_8).strip();
    }
}
