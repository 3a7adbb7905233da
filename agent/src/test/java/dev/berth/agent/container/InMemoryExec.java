package dev.berth.agent.container;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The double of a command beside a container: {@code /pod} with some of the words of the test image's program (say, err,
 * cat, size, sleep, exit) and flood, on a thread of its own. No other program is there.
 */
public final class InMemoryExec implements ExecSession {
    private static final ByteBuffer NO_MORE = ByteBuffer.allocate(0);

    private final ExecPlan plan;
    private final ExecSink sink;
    private final LinkedBlockingQueue<ByteBuffer> input = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<TerminalSize> sizes = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private final AtomicLong written = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    InMemoryExec(ExecPlan plan, ExecSink sink) {
        this.plan = plan;
        this.sink = sink;
        plan.terminal().ifPresent(sizes::add);
        if (!plan.stdin()) {
            input.add(NO_MORE);
        }
    }

    InMemoryExec start() {
        thread.start();
        return this;
    }

    private void run() {
        List<String> words = plan.command();
        if (!words.getFirst().equals("/pod")) {
            sink.end(new ExecEnd.NotStarted(127, "there is no program " + words.getFirst()));
            return;
        }
        try {
            sink.end(new ExecEnd.Exited(obey(words)));
        } catch (InterruptedException e) {
            sink.end(new ExecEnd.Broken("closed"));
        }
    }

    private int obey(List<String> words) throws InterruptedException {
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "say" -> print(LogLine.Stream.STDOUT, words.get(++i) + "\n");
                case "err" -> print(LogLine.Stream.STDERR, words.get(++i) + "\n");
                case "cat" -> cat();
                case "flood" -> flood(Integer.parseInt(words.get(++i)));
                case "size" -> {
                    TerminalSize size = sizes.take();
                    print(LogLine.Stream.STDOUT, size.rows() + " " + size.columns() + "\n");
                }
                case "sleep" -> new LinkedBlockingQueue<String>().take();
                case "exit" -> {
                    return Integer.parseInt(words.get(i + 1));
                }
                default -> throw new IllegalArgumentException("the double knows no word " + words.get(i));
            }
        }
        return 0;
    }

    private void cat() throws InterruptedException {
        ByteBuffer bytes = input.take();
        while (bytes.hasRemaining()) {
            sink.output(LogLine.Stream.STDOUT, bytes);
            bytes = input.take();
        }
    }

    /** Pieces of the largest size. */
    private void flood(int pieces) {
        for (int i = 0; i < pieces && !closed; i++) {
            sink.output(LogLine.Stream.STDOUT, ByteBuffer.allocate(ExecSink.MOST_BYTES));
            written.addAndGet(ExecSink.MOST_BYTES);
        }
    }

    /** Bytes of a flood that were taken so far. */
    public long written() {
        return written.get();
    }

    public boolean isClosed() {
        return closed;
    }

    private void print(LogLine.Stream stream, String text) {
        sink.output(
                plan.terminal().isPresent() ? LogLine.Stream.STDOUT : stream,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void write(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        input.add(copy);
    }

    @Override
    public void endInput() {
        input.add(NO_MORE);
    }

    @Override
    public void resize(TerminalSize size) {
        sizes.add(size);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
