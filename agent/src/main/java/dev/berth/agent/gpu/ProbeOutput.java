package dev.berth.agent.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a probe's process prints, collected by a thread of its own so that the process never waits for a reader and the reader
 * never waits for the process. Holds the last call that was announced, the last line that begins a JSON object, and the last
 * other line; lines beyond a length are cut, so nothing that a driver prints can fill the agent's memory.
 */
final class ProbeOutput {
    private static final int LONGEST_LINE = 1 << 20;
    private static final int LONGEST_TAIL = 300;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<String> lastCall = Optional.empty();
    private volatile Optional<String> document = Optional.empty();
    private volatile String tail = "nothing";

    private ProbeOutput() {}

    static ProbeOutput collect(InputStream in, String threadName) {
        ProbeOutput output = new ProbeOutput();
        Thread.ofPlatform().daemon().name(threadName).start(() -> output.readAll(in));
        return output;
    }

    /** Whether everything was read before the time was over. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What was asked of the driver last: "nvmlDeviceGetName of GPU 3". */
    Optional<String> lastCall() {
        return lastCall;
    }

    Optional<String> document() {
        return document;
    }

    /** The last line that is neither a call nor a document, cut to a length that a message can carry. */
    String tail() {
        return tail;
    }

    private void readAll(InputStream in) {
        try (in) {
            byte[] chunk = new byte[8192];
            StringBuilder line = new StringBuilder();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                String text = new String(chunk, 0, read, StandardCharsets.ISO_8859_1);
                int from = 0;
                for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                    append(line, text.substring(from, end));
                    take(line);
                    from = end + 1;
                }
                append(line, text.substring(from));
            }
            take(line);
        } catch (IOException e) {
            tail = "its output broke off: " + e.getMessage();
        } finally {
            ended.countDown();
        }
    }

    private static void append(StringBuilder line, String text) {
        line.append(text, 0, Math.min(text.length(), LONGEST_LINE - line.length()));
    }

    private void take(StringBuilder bytes) {
        String line =
                new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
        bytes.setLength(0);
        if (line.startsWith(NvmlGpuProbe.TRACE_PREFIX)) {
            lastCall = Optional.of(line.substring(NvmlGpuProbe.TRACE_PREFIX.length()));
        } else if (line.startsWith("{")) {
            document = Optional.of(line);
        } else if (!line.isEmpty()) {
            tail = line.substring(0, Math.min(line.length(), LONGEST_TAIL));
        }
    }
}
