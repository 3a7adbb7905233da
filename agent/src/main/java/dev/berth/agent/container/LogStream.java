package dev.berth.agent.container;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One reading of a container's log: a virtual thread between the engine's connection and the sink. */
final class LogStream implements Subscription {
    private final DockerHttpClient.Response response;
    private final LogSink sink;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread;

    LogStream(DockerHttpClient.Response response, LogSink sink, String container) {
        this.response = response;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("engine-log-" + container).unstarted(this::run);
    }

    LogStream start() {
        thread.start();
        return this;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            response.close();
            // A sink that blocks must not outlive its reader.
            thread.interrupt();
        }
    }

    private void run() {
        String error = "";
        try {
            new LogDemultiplexer(sink::line).read(response.getBody());
        } catch (IOException | RuntimeException e) {
            if (!closed.get()) {
                error = "the log broke off: " + e.getMessage();
            }
        } finally {
            response.close();
        }
        sink.end(error);
    }
}
