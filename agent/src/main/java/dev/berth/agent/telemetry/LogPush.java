package dev.berth.agent.telemetry;

import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.berth.agent.container.LogLine;
import dev.berth.agent.container.LogSink;
import dev.berth.agent.container.Subscription;
import dev.berth.proto.agent.v1.LogChunk;
import dev.berth.proto.agent.v1.PushLogResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One log on its way to the controller. Lines come on the runtime's thread of that log; where the call's window is full
 * they wait here, and once a little has gathered the runtime's thread waits too, so that the controller's pace reaches
 * the container's log. All else is done under this object's lock, on whichever thread comes.
 */
final class LogPush implements LogSink, ClientResponseObserver<LogChunk, PushLogResponse> {
    private static final int MOST_WAITING_BYTES = 256 << 10;
    private static final int MOST_CHUNK_BYTES = 64 << 10;
    /** What a line costs beside its text. */
    private static final int LINE_BYTES = 32;

    private final String streamId;
    private final Queue<LogLine> waiting = new ArrayDeque<>();
    private int waitingBytes;

    private @Nullable ClientCallStreamObserver<LogChunk> call;
    private @Nullable Subscription source;
    private @Nullable String end;
    private boolean opened;
    private boolean sent;
    private boolean done;

    LogPush(String streamId) {
        this.streamId = streamId;
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<LogChunk> stream) {
        call = stream;
        stream.setOnReadyHandler(this::drain);
    }

    /** What the lines come from; closed as soon as nobody reads them any more. */
    void from(Subscription lines) {
        boolean late;
        synchronized (this) {
            source = lines;
            late = done;
        }
        if (late) {
            lines.close();
        }
    }

    @Override
    public synchronized void line(LogLine line) {
        try {
            while (waitingBytes >= MOST_WAITING_BYTES && !done) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!done) {
            waiting.add(line);
            waitingBytes += sizeOf(line);
            drain();
        }
    }

    @Override
    public synchronized void end(String error) {
        end = error;
        drain();
    }

    private synchronized void drain() {
        ClientCallStreamObserver<LogChunk> stream = call;
        if (stream == null || done) {
            return;
        }
        if (!opened && stream.isReady()) {
            // Lines or none: by it the controller knows the call, and would give a silent host up.
            stream.onNext(LogChunk.newBuilder().setStreamId(streamId).build());
            opened = true;
        }
        while (!waiting.isEmpty() && stream.isReady()) {
            stream.onNext(chunk());
            sent = true;
            notifyAll();
        }
        String error = end;
        if (waiting.isEmpty() && error != null) {
            finish(stream, error);
        }
    }

    private void finish(ClientCallStreamObserver<LogChunk> stream, String error) {
        done = true;
        if (error.isEmpty()) {
            if (!sent) {
                stream.onNext(LogChunk.newBuilder().setStreamId(streamId).build());
            }
            stream.onCompleted();
        } else if (sent) {
            stream.onError(Status.UNAVAILABLE.withDescription(error).asException());
        } else {
            stream.onNext(LogChunk.newBuilder()
                    .setStreamId(streamId)
                    .setFailure(error)
                    .build());
            stream.onCompleted();
        }
    }

    private LogChunk chunk() {
        LogChunk.Builder chunk = LogChunk.newBuilder().setStreamId(streamId);
        int bytes = 0;
        while (!waiting.isEmpty() && bytes < MOST_CHUNK_BYTES) {
            LogLine line = waiting.remove();
            bytes += sizeOf(line);
            chunk.addLines(message(line));
        }
        waitingBytes -= bytes;
        return chunk.build();
    }

    private static int sizeOf(LogLine line) {
        return line.text().remaining() + LINE_BYTES;
    }

    private static dev.berth.proto.v1.LogLine message(LogLine line) {
        Instant at = line.time();
        Timestamp time = Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
        return dev.berth.proto.v1.LogLine.newBuilder()
                .setTime(time)
                .setStream(
                        switch (line.stream()) {
                            case STDOUT -> dev.berth.proto.v1.LogLine.Stream.STDOUT;
                            case STDERR -> dev.berth.proto.v1.LogLine.Stream.STDERR;
                        })
                .setText(UnsafeByteOperations.unsafeWrap(line.text()))
                .build();
    }

    @Override
    public void onNext(PushLogResponse response) {
        stop();
    }

    @Override
    public void onError(Throwable failure) {
        stop();
    }

    @Override
    public void onCompleted() {
        stop();
    }

    /** Nobody reads any more. */
    private void stop() {
        Subscription lines;
        synchronized (this) {
            done = true;
            waiting.clear();
            waitingBytes = 0;
            notifyAll();
            lines = source;
        }
        if (lines != null) {
            lines.close();
        }
    }
}
